package org.certctl.config;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.certctl.config.ValueType.Reader;

/// The kinds of values that rules of certificate profiles have.
final class ProfileValueTypes {

  /// The key usages that an end entity can have (RFC 5280, section 4.2.1.3).
  enum Usage {
    /// digitalSignature.
    DIGITAL_SIGNATURE(KeyUsage.digitalSignature),
    /// nonRepudiation, also called contentCommitment.
    NON_REPUDIATION(KeyUsage.nonRepudiation),
    /// keyEncipherment.
    KEY_ENCIPHERMENT(KeyUsage.keyEncipherment),
    /// dataEncipherment.
    DATA_ENCIPHERMENT(KeyUsage.dataEncipherment),
    /// keyAgreement.
    KEY_AGREEMENT(KeyUsage.keyAgreement);

    private final int bit;

    Usage(int bit) {
      this.bit = bit;
    }

    /// The usages that stand for these bits.
    static Set<Usage> of(int bits) {
      Set<Usage> usages = EnumSet.noneOf(Usage.class);
      for (Usage usage : values()) {
        if ((bits & usage.bit) != 0) {
          usages.add(usage);
        }
      }
      return usages;
    }

    /// The bits of these usages.
    static int bits(Collection<Usage> usages) {
      return usages.stream().mapToInt(usage -> usage.bit).reduce(0, (one, other) -> one | other);
    }
  }

  private static final int MAX_PATTERN_CHARS = 1000;

  private static final Map<String, KeyPurposeId> PURPOSES = new LinkedHashMap<>();

  static {
    PURPOSES.put("client-auth", KeyPurposeId.id_kp_clientAuth);
    PURPOSES.put("server-auth", KeyPurposeId.id_kp_serverAuth);
    PURPOSES.put("email-protection", KeyPurposeId.id_kp_emailProtection);
    PURPOSES.put("smartcard-logon", KeyPurposeId.id_kp_smartcardlogon);
    PURPOSES.put("ipsec-ike", KeyPurposeId.id_kp_ipsecIKE);
    PURPOSES.put("ipsec-end-system", KeyPurposeId.id_kp_ipsecEndSystem);
    PURPOSES.put("ipsec-tunnel", KeyPurposeId.id_kp_ipsecTunnel);
    PURPOSES.put("ipsec-user", KeyPurposeId.id_kp_ipsecUser);
    PURPOSES.put("code-signing", KeyPurposeId.id_kp_codeSigning);
  }

  private ProfileValueTypes() {}

  /// Some of the constants of an enum, each spelled in lower case with hyphens.
  static <E extends Enum<E>> ValueType<Set<E>> anyOf(Class<E> type) {
    String all =
        Arrays.stream(type.getEnumConstants())
            .map(ProfileValueTypes::spelled)
            .collect(Collectors.joining("`, `", "`", "`"));
    return list(
        "some of " + all + ", separated by commas",
        part ->
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> spelled(constant).equals(part.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                    () ->
                        new InvalidValueException(
                            "there is no \"" + part + "\"",
                            "write some of " + all.replace("`", ""))),
        parts -> EnumSet.copyOf(parts),
        constants ->
            constants.stream()
                .sorted()
                .map(ProfileValueTypes::spelled)
                .collect(Collectors.joining(",")));
  }

  private static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Extended key usages by name or as dotted numbers.
  static ValueType<List<KeyPurposeId>> purposes() {
    String known = String.join("`, `", PURPOSES.keySet());
    return list(
        "extended key usages separated by commas: `" + known + "`, or dotted numbers",
        ProfileValueTypes::purpose,
        List::copyOf,
        purposes ->
            purposes.stream().map(ProfileValueTypes::name).collect(Collectors.joining(",")));
  }

  private static KeyPurposeId purpose(String text) throws InvalidValueException {
    KeyPurposeId known = PURPOSES.get(text.toLowerCase(Locale.ROOT));
    if (known != null) {
      return known;
    }
    KeyPurposeId purpose = KeyPurposeId.getInstance(identifier(text));
    if (purpose.equals(KeyPurposeId.id_kp_OCSPSigning)
        || purpose.equals(KeyPurposeId.anyExtendedKeyUsage)) {
      throw new InvalidValueException(
          text + " would let a device answer for the CA",
          "name the usages that the devices need one by one");
    }
    return purpose;
  }

  private static String name(KeyPurposeId purpose) {
    return PURPOSES.entrySet().stream()
        .filter(entry -> entry.getValue().equals(purpose))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(purpose.getId());
  }

  /// The same usages in the order of the list of names, so that the reference never changes by
  /// itself.
  static List<KeyPurposeId> inOrder(Set<KeyPurposeId> purposes) {
    return PURPOSES.values().stream().filter(purposes::contains).toList();
  }

  /// Types of attributes of a subject, by name or as dotted numbers.
  static ValueType<List<ASN1ObjectIdentifier>> attributes() {
    return list(
        "attributes of a name separated by commas, such as `CN,O,SERIALNUMBER`",
        part -> {
          try {
            return BCStyle.INSTANCE.attrNameToOID(part);
          } catch (IllegalArgumentException e) {
            throw new InvalidValueException(
                "there is no attribute \"" + part + "\"", "write for example CN,O,OU,SERIALNUMBER");
          }
        },
        List::copyOf,
        types ->
            types.stream()
                .map(
                    type -> {
                      String name = BCStyle.INSTANCE.oidToDisplayName(type);
                      return name == null ? type.getId() : name;
                    })
                .collect(Collectors.joining(",")));
  }

  /// Object identifiers.
  static ValueType<List<ASN1ObjectIdentifier>> identifiers() {
    return list(
        "dotted numbers separated by commas",
        ProfileValueTypes::identifier,
        List::copyOf,
        identifiers ->
            identifiers.stream().map(ASN1ObjectIdentifier::getId).collect(Collectors.joining(",")));
  }

  private static ASN1ObjectIdentifier identifier(String text) throws InvalidValueException {
    ASN1ObjectIdentifier identifier = ASN1ObjectIdentifier.tryFromID(text);
    if (identifier == null) {
      throw new InvalidValueException(
          "\"" + text + "\" is not known, and no object identifier",
          "write a name from the list or a number such as 1.3.6.1.5.5.7.3.2");
    }
    return identifier;
  }

  /// Texts that are read elsewhere.
  static ValueType<List<String>> texts(String description) {
    return list(description, part -> part, List::copyOf, parts -> String.join(",", parts));
  }

  /// A pattern that takes linear time whatever it is matched against.
  static ValueType<Pattern> pattern() {
    return ValueType.of(
        "a regular expression in the syntax of RE2",
        text -> {
          if (text.length() > MAX_PATTERN_CHARS) {
            throw new InvalidValueException(
                "it is longer than " + MAX_PATTERN_CHARS + " characters", "write a shorter one");
          }
          try {
            return Pattern.compile(text);
          } catch (PatternSyntaxException e) {
            throw new InvalidValueException(
                "it is no regular expression: " + e.getDescription(),
                "RE2 knows neither lookahead nor back references");
          }
        },
        Pattern::pattern);
  }

  private static <P, T> ValueType<T> list(
      String description,
      Reader<P> part,
      java.util.function.Function<List<P>, T> whole,
      java.util.function.Function<T, String> display) {
    return ValueType.of(
        description,
        text -> {
          List<P> parts = new ArrayList<>();
          for (String one : text.split(",", -1)) {
            if (one.isBlank()) {
              throw new InvalidValueException(
                  "there is nothing between two commas", "leave out the comma");
            }
            parts.add(part.read(one.strip()));
          }
          return whole.apply(parts);
        },
        display);
  }
}
