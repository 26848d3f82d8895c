package org.certctl.backup;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.certctl.backup.BackupException.Fault;
import org.certctl.pki.Sha256;
import org.jspecify.annotations.Nullable;

/// One file with a manifest and the parts that it names: a ZIP archive.
final class BackupArchive implements AutoCloseable {

  private static final String MANIFEST = "manifest.json";
  private static final String PARTS = "data/";
  private static final int MAX_MANIFEST_BYTES = 8 << 20;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path file;
  private final ZipFile zip;
  private final Manifest manifest;

  private BackupArchive(Path file, ZipFile zip, Manifest manifest) {
    this.file = file;
    this.zip = zip;
    this.manifest = manifest;
  }

  /// Writes an archive; when this returns, its octets are on disk.
  ///
  /// @param folder where the parts lie under their names
  /// @param target an empty file
  static void write(Path folder, Manifest manifest, Path target) throws IOException {
    FileTime madeAt = FileTime.from(manifest.createdAt());
    try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
      ZipOutputStream entries = new ZipOutputStream(out);
      // Fast: most of a database are hashes and signatures, which no level makes smaller.
      entries.setLevel(Deflater.BEST_SPEED);
      begin(entries, MANIFEST, madeAt);
      entries.write(manifest.json());
      entries.closeEntry();
      for (Manifest.Part part : manifest.parts()) {
        begin(entries, PARTS + part.name(), madeAt);
        Files.copy(folder.resolve(part.name()), entries);
        entries.closeEntry();
      }
      entries.finish();
      out.flush();
      channel.force(true);
    }
  }

  private static void begin(ZipOutputStream entries, String name, FileTime madeAt)
      throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setLastModifiedTime(madeAt);
    entries.putNextEntry(entry);
  }

  /// SHA-256 of a file, read piece by piece.
  static Sha256 digest(Path file) throws IOException {
    try (DigestInputStream in = digesting(Files.newInputStream(file))) {
      in.transferTo(OutputStream.nullOutputStream());
      return Sha256.ofDigest(in.getMessageDigest().digest());
    }
  }

  private static DigestInputStream digesting(InputStream in) {
    try {
      return new DigestInputStream(
          new BufferedInputStream(in, BUFFER_BYTES), MessageDigest.getInstance("SHA-256"));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// Opens an archive and reads its manifest; it holds exactly the parts that this names.
  ///
  /// @throws BackupException when it is no such archive
  static BackupArchive open(Path file) throws BackupException, IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (NoSuchFileException e) {
      throw new BackupException(
          Fault.ARCHIVE_UNREADABLE, "there is no " + file, "check the path", e);
    } catch (ZipException e) {
      throw new BackupException(
          Fault.ARCHIVE_UNREADABLE,
          file + " is no archive of certctl backup, or was cut off",
          "take another backup",
          e);
    }
    boolean sound = false;
    try {
      Manifest manifest = Manifest.parse(manifest(file, zip));
      requireExactly(manifest, zip);
      sound = true;
      return new BackupArchive(file, zip, manifest);
    } finally {
      if (!sound) {
        zip.close();
      }
    }
  }

  private static byte[] manifest(Path file, ZipFile zip) throws BackupException {
    ZipEntry entry = zip.getEntry(MANIFEST);
    if (entry == null) {
      throw new BackupException(
          Fault.MANIFEST_INVALID,
          "there is no " + MANIFEST + " in " + file,
          "name a file that certctl backup has made");
    }
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] octets = in.readNBytes(MAX_MANIFEST_BYTES + 1);
      if (octets.length <= MAX_MANIFEST_BYTES) {
        return octets;
      }
      throw new BackupException(
          Fault.TOO_LARGE, MANIFEST + " in " + file + " is too long", "take another backup");
    } catch (IOException e) {
      throw new BackupException(
          Fault.PART_DAMAGED,
          MANIFEST + " in " + file + " is damaged",
          "take another backup: this one cannot be trusted any more",
          e);
    }
  }

  private static void requireExactly(Manifest manifest, ZipFile zip) throws BackupException {
    Set<String> wanted = new HashSet<>();
    manifest.parts().forEach(part -> wanted.add(PARTS + part.name()));
    wanted.add(MANIFEST);
    for (var entries = zip.entries(); entries.hasMoreElements(); ) {
      String name = entries.nextElement().getName();
      if (!wanted.remove(name)) {
        throw new BackupException(
            Fault.PART_UNKNOWN,
            "the archive holds a part that its manifest does not name, or one twice",
            "take another backup: somebody has changed this one");
      }
    }
    if (!wanted.isEmpty()) {
      throw new BackupException(
          Fault.PART_MISSING,
          wanted.iterator().next() + " is missing in the archive",
          "take another backup: this one is damaged");
    }
  }

  Manifest manifest() {
    return manifest;
  }

  /// Writes a part into a file that is there and empty. When this returns, it holds what the
  /// manifest says.
  ///
  /// @throws BackupException when the part is damaged
  void extract(Manifest.Part part, Path target) throws BackupException, IOException {
    ZipEntry entry = zip.getEntry(PARTS + part.name());
    try (DigestInputStream in = digesting(zip.getInputStream(entry));
        FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
      long written = copy(in, out, part);
      out.flush();
      channel.force(true);
      if (written != part.sizeBytes()
          || !Sha256.ofDigest(in.getMessageDigest().digest()).equals(part.digest())) {
        throw damaged(part, null);
      }
    } catch (ZipException | EOFException e) {
      throw damaged(part, e);
    }
  }

  /// At most one octet more than there should be.
  private static long copy(InputStream in, OutputStream out, Manifest.Part part)
      throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long written = 0;
    while (written <= part.sizeBytes()) {
      int wanted = (int) Math.min(buffer.length, part.sizeBytes() + 1 - written);
      int read = in.read(buffer, 0, wanted);
      if (read < 0) {
        break;
      }
      out.write(buffer, 0, read);
      written += read;
    }
    return written;
  }

  private BackupException damaged(Manifest.Part part, @Nullable Exception cause) {
    String reason = part.name() + " in " + file + " is damaged: it is not what the manifest says";
    String hint = "take another backup: this one cannot be trusted any more";
    return cause == null
        ? new BackupException(Fault.PART_DAMAGED, reason, hint)
        : new BackupException(Fault.PART_DAMAGED, reason, hint, cause);
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }
}
