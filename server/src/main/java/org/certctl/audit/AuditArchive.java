package org.certctl.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.certctl.pki.Sha256;

/// Sealed blocks with their events, as lines of ASCII text outside the store.
///
/// ```
/// certctl audit archive 1
/// block NUMBER FIRST-SEQUENCE EVENTS PREVIOUS SEALED-AT-MS KEY HASH SIGNATURE
/// event CANONICAL
/// end LAST-NUMBER LAST-HASH
/// ```
///
/// Digests are hexadecimal, signatures and the canonical octets of events ({@link AuditEncoding})
/// base64; each block is followed by its events. What the block seals is computed from the events,
/// so that hash and signature of the block speak for them. Reading proves nothing: {@link
/// AuditVerifier} does. Keeps one block in memory. Not for several threads at once.
public final class AuditArchive implements AuditTrail, AutoCloseable {

  private static final String FIRST_LINE = "certctl audit archive 1";
  private static final int BLOCK_FIELDS = 9;
  private static final int MAX_LINE_CHARS = 16 * 1024 * 1024;
  private static final int MAX_EVENTS = 10_000;

  private final Source source;
  private Optional<BufferedReader> lines = Optional.empty();
  private Optional<Part> current = Optional.empty();

  /// Opens the text at its beginning, as often as it is asked.
  @FunctionalInterface
  public interface Source {

    /// Opens it.
    Reader open() throws IOException;
  }

  private record Part(AuditBlock block, List<StoredEvent> events) {}

  /// Reads this text when it is asked for blocks.
  public AuditArchive(Source source) {
    this.source = source;
  }

  /// Writes the blocks of a trail from its start to this one, with their events.
  ///
  /// @throws StoreUnavailableException when one of them is not there
  public static void write(AuditTrail trail, AuditHead last, Writer out)
      throws StoreUnavailableException, IOException {
    out.write(FIRST_LINE + "\n");
    for (long number = trail.start().number() + 1; number <= last.number(); number++) {
      List<AuditBlock> found = trail.blocks(number, 1);
      if (found.isEmpty() || found.getFirst().number() != number) {
        throw new StoreUnavailableException("block " + number + " is missing");
      }
      write(trail, found.getFirst(), out);
    }
    out.write("end %d %s\n".formatted(last.number(), last.hash().hex()));
  }

  private static void write(AuditTrail trail, AuditBlock block, Writer out)
      throws StoreUnavailableException, IOException {
    Base64.Encoder base64 = Base64.getEncoder();
    int count = block.leaves().size();
    out.write(
        "block %d %d %d %s %d %s %s %s\n"
            .formatted(
                block.number(),
                block.firstSequence(),
                count,
                block.previous().hex(),
                block.sealedAt().toEpochMilli(),
                block.keyDigest().hex(),
                block.hash().hex(),
                base64.encodeToString(block.signature())));
    List<StoredEvent> events = trail.events(block.firstSequence(), count);
    if (events.size() != count) {
      throw new StoreUnavailableException("events of " + block + " are missing");
    }
    for (StoredEvent event : events) {
      out.write("event " + base64.encodeToString(event.canonical()) + "\n");
    }
  }

  /// What the first block says that it follows.
  @Override
  public AuditHead start() throws StoreUnavailableException {
    AuditBlock first = seek(0).orElseThrow(() -> damaged("there is no block in it")).block();
    return new AuditHead(first.number() - 1, first.firstSequence() - 1, first.previous());
  }

  @Override
  public List<AuditBlock> blocks(long fromNumber, int limit) throws StoreUnavailableException {
    return seek(fromNumber).map(Part::block).stream().toList();
  }

  /// Events of the block that was asked for last.
  @Override
  public List<StoredEvent> events(long fromSequence, int limit) {
    return current.stream()
        .flatMap(part -> part.events().stream())
        .filter(event -> event.sequence() >= fromSequence)
        .limit(limit)
        .toList();
  }

  private Optional<Part> seek(long number) throws StoreUnavailableException {
    try {
      if (lines.isEmpty() || current.isEmpty() || current.get().block().number() > number) {
        close();
        BufferedReader opened = new BufferedReader(source.open());
        lines = Optional.of(opened);
        if (!line(opened).equals(FIRST_LINE)) {
          throw damaged("it does not begin with \"" + FIRST_LINE + "\"");
        }
        current = next(opened);
      }
      while (current.isPresent() && current.get().block().number() < number) {
        current = next(lines.orElseThrow());
      }
      return current;
    } catch (IOException e) {
      throw new StoreUnavailableException("the archive cannot be read: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new StoreUnavailableException("the archive is damaged: " + e.getMessage(), e);
    }
  }

  /// The next block; absent at the end.
  private Optional<Part> next(BufferedReader from) throws IOException, StoreUnavailableException {
    String[] fields = line(from).split(" ", -1);
    if (fields[0].equals("end") && fields.length == 3) {
      long number = Long.parseLong(fields[1]);
      boolean whole =
          current.isEmpty()
              || (current.get().block().number() == number
                  && current.get().block().hash().hex().equals(fields[2]));
      if (!whole) {
        throw damaged("its end is not that of block " + number);
      }
      return Optional.empty();
    }
    if (!fields[0].equals("block") || fields.length != BLOCK_FIELDS) {
      throw damaged("there is a line that is no block");
    }
    long firstSequence = Long.parseLong(fields[2]);
    int count = Integer.parseInt(fields[3]);
    if (count < 1 || count > MAX_EVENTS) {
      throw damaged("block " + fields[1] + " has " + count + " events");
    }
    List<StoredEvent> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(event(line(from), firstSequence + i));
    }
    AuditBlock block =
        new AuditBlock(
            Long.parseLong(fields[1]),
            firstSequence,
            events.stream().map(StoredEvent::leaf).toList(),
            digest(fields[4]),
            Instant.ofEpochMilli(Long.parseLong(fields[5])),
            digest(fields[6]),
            digest(fields[7]),
            Base64.getDecoder().decode(fields[8]));
    return Optional.of(new Part(block, List.copyOf(events)));
  }

  private static StoredEvent event(String line, long sequence) throws StoreUnavailableException {
    if (!line.startsWith("event ")) {
      throw damaged("event " + sequence + " is missing");
    }
    byte[] canonical = Base64.getDecoder().decode(line.substring("event ".length()));
    return new StoredEvent(AuditEncoding.decode(sequence, canonical).withoutDetails(), canonical);
  }

  private static Sha256 digest(String hex) {
    return Sha256.ofDigest(HexFormat.of().parseHex(hex));
  }

  private static String line(BufferedReader from) throws IOException, StoreUnavailableException {
    StringBuilder line = new StringBuilder();
    for (int c = from.read(); c != '\n'; c = from.read()) {
      if (c < 0 || line.length() == MAX_LINE_CHARS) {
        throw damaged(c < 0 ? "its end is missing" : "a line is too long");
      }
      line.append((char) c);
    }
    return line.toString();
  }

  private static StoreUnavailableException damaged(String what) {
    return new StoreUnavailableException("the archive is damaged: " + what);
  }

  /// Closes the text.
  @Override
  public void close() throws IOException {
    if (lines.isPresent()) {
      lines.get().close();
      lines = Optional.empty();
    }
    current = Optional.empty();
  }
}
