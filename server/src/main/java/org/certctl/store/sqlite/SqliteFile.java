package org.certctl.store.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.certctl.store.StoreOpenException;

/// The database file, held by one server at a time by way of a lock on a file beside it. Readers
/// take no lock.
final class SqliteFile implements AutoCloseable {

  private final FileChannel channel;
  private final FileLock lock;

  private SqliteFile(FileChannel channel, FileLock lock) {
    this.channel = channel;
    this.lock = lock;
  }

  /// Takes the lock and makes the file, for its owner alone, when there is none.
  static SqliteFile hold(Path file) throws StoreOpenException {
    Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
    try {
      createForOwner(lockFile);
      FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
      FileLock lock = null;
      try {
        lock = channel.tryLock();
        if (lock == null) {
          throw new StoreOpenException(file + " is in use by another certctl server");
        }
        createForOwner(file);
        return new SqliteFile(channel, lock);
      } catch (OverlappingFileLockException e) {
        throw new StoreOpenException(file + " is in use by this very process", e);
      } finally {
        if (lock == null) {
          channel.close();
        }
      }
    } catch (NoSuchFileException e) {
      throw new StoreOpenException(file + " cannot be made: there is no such directory", e);
    } catch (AccessDeniedException e) {
      throw new StoreOpenException(
          file + " cannot be opened: this user may not write " + e.getFile(), e);
    } catch (IOException e) {
      throw new StoreOpenException(file + " cannot be opened: " + e.getMessage(), e);
    }
  }

  private static void createForOwner(Path file) throws IOException {
    if (Files.exists(file)) {
      return;
    }
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } else {
      Files.createFile(file);
    }
  }

  /// Lets the next one in.
  @Override
  public void close() throws IOException {
    lock.release();
    channel.close();
  }
}
