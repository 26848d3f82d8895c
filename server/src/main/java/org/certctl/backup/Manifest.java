package org.certctl.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.certctl.backup.BackupException.Fault;
import org.certctl.pki.Sha256;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What is in an archive, in JSON. Proves nothing about who made it.
///
/// @param version the version of certctl that made it
/// @param createdAt when the copy of the database was made
/// @param databaseVersion the version of the database's schema
/// @param auditHead the hash of the newest block of the audit trail in it
/// @param auditKey the key that the audit trail is verified with
/// @param database the name of the part that is the database
/// @param salt of the passphrase; absent when nothing is encrypted
/// @param parts all parts
/// @param leftOut the secret files that are not in it, by their names
/// @param outside the files outside the data directory that the settings named, by their paths
record Manifest(
    String version,
    Instant createdAt,
    int databaseVersion,
    Sha256 auditHead,
    SubjectPublicKeyInfo auditKey,
    String database,
    Optional<Sha256> salt,
    List<Part> parts,
    List<String> leftOut,
    List<String> outside) {

  /// The most parts that an archive has.
  static final int MAX_PARTS = 10_000;

  /// The longest part besides the database.
  static final long MAX_FILE_BYTES = 16L << 20;

  private static final String FORMAT = "certctl-backup";
  private static final int FORMAT_VERSION = 1;
  private static final int MAX_NAME_CHARS = 200;
  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@+ -]*(/[A-Za-z0-9_][A-Za-z0-9_.@+ -]*){0,3}");
  private static final Pattern WINDOWS_TRIMS = Pattern.compile(".*[. ](/.*)?");

  /// A part of an archive.
  ///
  /// @param name its place below the data directory, with `/` between folders
  /// @param sizeBytes its length as it lies in the archive
  /// @param digest SHA-256 of its octets as they lie in the archive
  /// @param isPublic whether everyone may read the file
  /// @param isEncrypted whether it is encrypted
  record Part(String name, long sizeBytes, Sha256 digest, boolean isPublic, boolean isEncrypted) {}

  Manifest {
    parts = List.copyOf(parts);
    leftOut = List.copyOf(leftOut);
    outside = List.copyOf(outside);
  }

  /// Whether a file of this name can be a part: no way out of the directory, nothing hidden.
  static boolean isName(String name) {
    return name.length() <= MAX_NAME_CHARS
        && NAME.matcher(name).matches()
        && !WINDOWS_TRIMS.matcher(name).matches();
  }

  /// The length of all parts together.
  long totalBytes() {
    return parts.stream().mapToLong(Part::sizeBytes).sum();
  }

  byte[] json() {
    ObjectNode root = JsonMapper.shared().createObjectNode();
    root.put("format", FORMAT);
    root.put("format_version", FORMAT_VERSION);
    root.put("certctl_version", version);
    root.put("created_at", createdAt.toString());
    root.put("database_version", databaseVersion);
    root.put("audit_head", auditHead.hex());
    root.put("audit_key", HexFormat.of().formatHex(encoded(auditKey)));
    root.put("database", database);
    salt.ifPresent(value -> root.put("salt", value.hex()));
    ArrayNode all = root.putArray("parts");
    for (Part part : parts) {
      ObjectNode node = all.addObject();
      node.put("name", part.name());
      node.put("size", part.sizeBytes());
      node.put("sha256", part.digest().hex());
      node.put("public", part.isPublic());
      node.put("encrypted", part.isEncrypted());
    }
    ArrayNode missing = root.putArray("left_out");
    leftOut.forEach(missing::add);
    ArrayNode elsewhere = root.putArray("outside");
    outside.forEach(elsewhere::add);
    return JsonMapper.shared()
        .writerWithDefaultPrettyPrinter()
        .writeValueAsString(root)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] encoded(SubjectPublicKeyInfo key) {
    try {
      return key.getEncoded("DER");
    } catch (IOException e) {
      throw new IllegalStateException("encoding in memory cannot fail", e);
    }
  }

  /// Reads what {@link #json()} wrote.
  ///
  /// @throws BackupException when it is something else, or names files that no archive of ours can
  ///   hold
  static Manifest parse(byte[] json) throws BackupException {
    try {
      JsonNode root = JsonMapper.shared().readTree(json);
      if (!FORMAT.equals(root.path("format").asString(""))) {
        throw invalid("it is no manifest of a backup");
      }
      if (root.path("format_version").asInt(0) != FORMAT_VERSION) {
        throw new BackupException(
            Fault.FORMAT_UNKNOWN,
            "the archive has format " + root.path("format_version").asInt(0),
            "restore it with a certctl at least as new as the one that made it");
      }
      Manifest manifest =
          new Manifest(
              text(root, "certctl_version"),
              Instant.parse(text(root, "created_at")),
              root.path("database_version").asInt(0),
              digest(text(root, "audit_head")),
              SubjectPublicKeyInfo.getInstance(HexFormat.of().parseHex(text(root, "audit_key"))),
              text(root, "database"),
              root.has("salt") ? Optional.of(digest(text(root, "salt"))) : Optional.empty(),
              list(root, "parts", Manifest::part),
              list(root, "left_out", node -> node.asString("")),
              list(root, "outside", node -> node.asString("")));
      manifest.requireSound();
      return manifest;
    } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
      throw new BackupException(
          Fault.MANIFEST_INVALID,
          "the manifest of the archive cannot be read",
          "take another backup: this one is damaged",
          e);
    }
  }

  private static BackupException invalid(String why) {
    return new BackupException(
        Fault.MANIFEST_INVALID,
        "the manifest of the archive is wrong: " + why,
        "take another backup: this one is damaged");
  }

  private static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isString() || value.asString("").isEmpty()) {
      throw new IllegalArgumentException("no " + field);
    }
    return value.asString("");
  }

  private static Sha256 digest(String hex) {
    return Sha256.ofDigest(HexFormat.of().parseHex(hex));
  }

  private static <T> List<T> list(JsonNode root, String field, Function<JsonNode, T> read) {
    JsonNode array = root.path(field);
    if (!array.isArray() || array.size() > MAX_PARTS) {
      throw new IllegalArgumentException("no list of " + field);
    }
    List<T> all = new ArrayList<>();
    for (JsonNode each : array) {
      all.add(read.apply(each));
    }
    return all;
  }

  private static Part part(JsonNode node) {
    JsonNode size = node.path("size");
    JsonNode isPublic = node.path("public");
    JsonNode isEncrypted = node.path("encrypted");
    if (!size.isIntegralNumber() || !isPublic.isBoolean() || !isEncrypted.isBoolean()) {
      throw new IllegalArgumentException("a part has a size and says whether it is secret");
    }
    return new Part(
        text(node, "name"),
        size.asLong(),
        digest(text(node, "sha256")),
        isPublic.asBoolean(),
        isEncrypted.asBoolean());
  }

  private void requireSound() throws BackupException {
    Set<String> names = new HashSet<>();
    for (Part part : parts) {
      if (!isName(part.name()) || !names.add(part.name())) {
        throw invalid("a part has a name that no backup gives");
      }
      boolean isDatabase = part.name().equals(database);
      if (part.sizeBytes() < 0 || (part.sizeBytes() > MAX_FILE_BYTES && !isDatabase)) {
        throw new BackupException(
            Fault.TOO_LARGE,
            part.name() + " in the archive has " + part.sizeBytes() + " octets",
            "no file but the database has more than " + MAX_FILE_BYTES);
      }
      if (part.isEncrypted() && (isDatabase || salt.isEmpty())) {
        throw invalid(part.name() + " cannot be encrypted");
      }
    }
    for (String name : names) {
      for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
        if (names.contains(name.substring(0, slash))) {
          throw invalid(name.substring(0, slash) + " is a file and a folder");
        }
      }
    }
    if (!names.contains(database)) {
      throw invalid("it names no database");
    }
  }
}
