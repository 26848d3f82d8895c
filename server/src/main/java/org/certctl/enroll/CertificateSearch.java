package org.certctl.enroll;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.certctl.enroll.CertificateInventory.Entry;
import org.certctl.pki.SerialNumber;
import org.certctl.pki.Sha256;

/// Which certificates are meant: those that meet every criterion. No criterion: all.
///
/// One criterion leads: the one that is likely to be met by the fewest. Its index is walked from
/// the cursor on, in the order that belongs to it; the others are looked at certificate by
/// certificate.
///
/// @param criteria at most one of each kind; the first leads
public record CertificateSearch(List<Criterion> criteria) {

  /// @throws IllegalArgumentException when there are two criteria of a kind
  public CertificateSearch {
    criteria = criteria.stream().sorted(Comparator.comparingInt(CertificateSearch::rank)).toList();
    if (criteria.stream().map(Criterion::getClass).distinct().count() != criteria.size()) {
      throw new IllegalArgumentException("there are two criteria of a kind");
    }
  }

  /// The certificates that meet all of these.
  public static CertificateSearch of(Criterion... criteria) {
    return new CertificateSearch(List.of(criteria));
  }

  /// Something that a certificate meets or not.
  public sealed interface Criterion {

    /// Whether a certificate meets it.
    boolean isMetBy(Entry entry);
  }

  /// Exactly this fingerprint: SHA-256 over the DER octets.
  public record Fingerprint(Sha256 digest) implements Criterion {
    @Override
    public boolean isMetBy(Entry entry) {
      return entry.certificate().fingerprint().equals(digest);
    }
  }

  /// Exactly this serial number.
  public record Serial(SerialNumber number) implements Criterion {
    @Override
    public boolean isMetBy(Entry entry) {
      return entry.certificate().serialNumber().equals(number);
    }
  }

  /// Exactly this transaction, as {@link Entry#transactionId()} writes it.
  public record Transaction(String id) implements Criterion {
    @Override
    public boolean isMetBy(Entry entry) {
      return entry.transactionId().equals(id);
    }

    /// The key that it is found by.
    public String key() {
      return CertificateNames.key(CertificateNames.lower(id));
    }
  }

  /// A subject alternative name of any type, whole, in either case; `dns:`, `email:`, `uri:`, `ip:`
  /// or `upn:` before it means names of this type only.
  public record AltName(String name) implements Criterion {

    /// Brought to the form of comparison.
    public AltName {
      name = CertificateNames.altName(name);
    }

    @Override
    public boolean isMetBy(Entry entry) {
      return CertificateNames.isNamed(entry.certificate(), name);
    }

    /// The key that it is found by.
    public String key() {
      return CertificateNames.key(CertificateNames.withoutKnownType(name));
    }
  }

  /// A common name, or a whole subject as {@link org.certctl.pki.IssuedCertificate#subjectText()}
  /// writes it, in either case.
  public record Subject(String text) implements Criterion {

    /// Brought to the form of comparison.
    public Subject {
      text = CertificateNames.subject(text);
    }

    @Override
    public boolean isMetBy(Entry entry) {
      return CertificateNames.subjects(entry.certificate()).contains(text);
    }

    /// The key that it is found by.
    public String key() {
      return CertificateNames.key(text);
    }
  }

  /// Exactly this device.
  public record Device(String name) implements Criterion {
    @Override
    public boolean isMetBy(Entry entry) {
      return entry.device().equals(name);
    }

    /// The key that it is found by.
    public String key() {
      return CertificateNames.key(CertificateNames.lower(name));
    }
  }

  /// The beginning of a common name or of a whole subject, in either case.
  public record SubjectPrefix(String text) implements Criterion {

    /// Brought to the form of comparison.
    ///
    /// @throws IllegalArgumentException when nothing is left
    public SubjectPrefix {
      text = CertificateNames.subject(text);
      if (text.isEmpty()) {
        throw new IllegalArgumentException("the beginning of a subject has a character at least");
      }
    }

    @Override
    public boolean isMetBy(Entry entry) {
      return keyOf(entry).isPresent();
    }

    /// The key of a certificate under which it is told; a second one may fit as well.
    public Optional<String> keyOf(Entry entry) {
      return CertificateNames.subjects(entry.certificate()).stream()
          .filter(subject -> subject.startsWith(text))
          .map(CertificateNames::key)
          .findFirst();
    }

    /// What the keys of all certificates that fit begin with.
    public String key() {
      return CertificateNames.key(text);
    }
  }

  /// What may be asked for as {@link Entry#state}.
  public enum State {
    /// Neither of the others.
    VALID,
    /// Suspended for the time being, expired or not.
    HELD,
    /// Revoked for good, expired or not.
    REVOKED,
    /// Ended, and neither held nor revoked.
    EXPIRED,
    /// Renewed, and none of the others but valid.
    SUPERSEDED;

    /// `valid`, `held`, `revoked`, `expired` or `superseded`.
    public String wireValue() {
      return CertificateNames.lower(name());
    }

    /// Whether it has not ended, and is neither held nor revoked.
    public boolean isInForce() {
      return this == VALID || this == SUPERSEDED;
    }

    /// Whether it comes from a revocation or hold.
    public boolean isRevocation() {
      return this == HELD || this == REVOKED;
    }
  }

  /// This state at this time.
  public record InState(State state, Instant now) implements Criterion {
    @Override
    public boolean isMetBy(Entry entry) {
      return entry.state(now).equals(state.wireValue());
    }
  }

  /// An end of validity in this range.
  ///
  /// @param from this or later; {@link Expiry#MIN} for no bound
  /// @param before earlier than this; {@link Expiry#MAX} for no bound
  public record Expiry(Instant from, Instant before) implements Criterion {

    /// Before the end of any certificate.
    public static final Instant MIN = Instant.parse("-9999-01-01T00:00:00Z");

    /// After the end of any certificate.
    public static final Instant MAX = Instant.parse("+99999-01-01T00:00:00Z");

    @Override
    public boolean isMetBy(Entry entry) {
      Instant end = entry.certificate().notAfter();
      return !end.isBefore(from) && end.isBefore(before);
    }

    private boolean isClosed() {
      return !from.equals(MIN) && !before.equals(MAX);
    }
  }

  /// Exactly this endpoint: the SCEP profile.
  public record Endpoint(String name) implements Criterion {
    @Override
    public boolean isMetBy(Entry entry) {
      return entry.endpoint().equals(name);
    }
  }

  /// Exactly this issuer.
  public record IssuedBy(String issuerId) implements Criterion {
    @Override
    public boolean isMetBy(Entry entry) {
      return entry.issuerId().equals(issuerId);
    }
  }

  private static int rank(Criterion criterion) {
    return switch (criterion) {
      case Fingerprint _ -> 0;
      case Serial _ -> 1;
      case Transaction _ -> 2;
      case AltName _ -> 3;
      case Subject _ -> 4;
      case Device _ -> 5;
      case SubjectPrefix _ -> 6;
      case Expiry expiry -> expiry.isClosed() ? 7 : 11;
      case InState in -> in.state().isRevocation() ? 8 : 12;
      case Endpoint _ -> 9;
      case IssuedBy _ -> 10;
    };
  }

  /// In which order certificates are told.
  public enum Order {
    /// The newest first; what there is only one or a few of, too.
    NEWEST_FIRST('n'),
    /// By the end of validity, the next first.
    BY_EXPIRY('e'),
    /// By common name or subject.
    BY_SUBJECT('s');

    private final char letter;

    Order(char letter) {
      this.letter = letter;
    }
  }

  /// The order of this search; it follows from its criteria.
  public Order order() {
    if (criteria.isEmpty()) {
      return Order.NEWEST_FIRST;
    }
    return switch (criteria.getFirst()) {
      case SubjectPrefix _ -> Order.BY_SUBJECT;
      case Expiry _ -> Order.BY_EXPIRY;
      case InState in when !in.state().isRevocation() -> Order.BY_EXPIRY;
      case Criterion _ -> Order.NEWEST_FIRST;
    };
  }

  /// Whether a certificate meets every criterion.
  public boolean isMetBy(Entry entry) {
    return criteria.stream().allMatch(criterion -> criterion.isMetBy(entry));
  }

  /// The ends of validity that the criteria leave possible.
  public Expiry ends() {
    Instant from = Expiry.MIN;
    Instant before = Expiry.MAX;
    for (Criterion criterion : criteria) {
      if (criterion instanceof Expiry expiry) {
        from = later(from, expiry.from());
        before = earlier(before, expiry.before());
      } else if (criterion instanceof InState in && in.state().isInForce()) {
        from = later(from, in.now());
      } else if (criterion instanceof InState in && in.state() == State.EXPIRED) {
        before = earlier(before, in.now());
      }
    }
    return new Expiry(from, before);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isBefore(other) ? other : one;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  /// Where a certificate that meets the search stands in its order.
  public Cursor cursor(Entry entry) {
    return switch (order()) {
      case NEWEST_FIRST -> Cursor.newest(entry.position());
      case BY_EXPIRY ->
          Cursor.byExpiry(entry.certificate().notAfter().toEpochMilli(), entry.position());
      case BY_SUBJECT ->
          Cursor.bySubject(
              ((SubjectPrefix) criteria.getFirst()).keyOf(entry).orElseThrow(), entry.position());
    };
  }

  /// A place in an order: the sort key of the certificate that was told last.
  ///
  /// @param endMillis the end of validity, milliseconds since 1970; 0 in other orders
  /// @param subject the key of the subject; empty in other orders
  public record Cursor(Order order, long endMillis, String subject, long position)
      implements Comparable<Cursor> {

    private static final Pattern FORM =
        Pattern.compile("([nes])([0-9]{1,18})(?:\\.([A-Za-z0-9_-]{1,1000}))?");

    /// In the order of issuance.
    public static Cursor newest(long position) {
      return new Cursor(Order.NEWEST_FIRST, 0, "", position);
    }

    /// In the order of the ends.
    public static Cursor byExpiry(long endMillis, long position) {
      return new Cursor(Order.BY_EXPIRY, endMillis, "", position);
    }

    /// In the order of subjects.
    public static Cursor bySubject(String subject, long position) {
      return new Cursor(Order.BY_SUBJECT, 0, subject, position);
    }

    /// The form for users, to be handed back as it is: letters, digits, `.`, `_` and `-`.
    public String text() {
      String key =
          switch (order) {
            case NEWEST_FIRST -> "";
            case BY_EXPIRY -> "." + endMillis;
            case BY_SUBJECT ->
                "."
                    + Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(subject.getBytes(StandardCharsets.UTF_8));
          };
      return order.letter + Long.toString(position) + key;
    }

    /// Reads what {@link #text()} has written.
    ///
    /// @throws IllegalArgumentException when it is anything else
    public static Cursor ofText(String text) {
      Matcher parts = FORM.matcher(text);
      if (!parts.matches() || (parts.group(3) == null) != text.startsWith("n")) {
        throw new IllegalArgumentException("not a cursor");
      }
      long position = Long.parseLong(parts.group(2));
      return switch (text.charAt(0)) {
        case 'n' -> newest(position);
        case 'e' -> byExpiry(Long.parseLong(parts.group(3)), position);
        default ->
            bySubject(
                new String(Base64.getUrlDecoder().decode(parts.group(3)), StandardCharsets.UTF_8),
                position);
      };
    }

    @Override
    public int compareTo(Cursor other) {
      return order == Order.NEWEST_FIRST
          ? Long.compare(other.position, position)
          : Comparator.comparingLong(Cursor::endMillis)
              .thenComparing(Cursor::subject)
              .thenComparingLong(Cursor::position)
              .compare(this, other);
    }
  }

  /// Some certificates, and where to go on.
  ///
  /// @param next where the search goes on; absent when there is no more. It may be there when the
  ///   page is not full, or empty: so many certificates were looked at that the rest is left to the
  ///   next call
  public record Page(List<Entry> entries, Optional<Cursor> next) {

    /// Copies the list.
    public Page {
      entries = List.copyOf(entries);
    }
  }
}
