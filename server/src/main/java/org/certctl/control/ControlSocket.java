package org.certctl.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where commands reach a running server: a Unix domain socket in the data directory.
///
/// No port, no password: the file system decides who may connect, which is the server's own user
/// and root. The kernel tells who it was. One line comes, some lines go, and the connection ends;
/// whoever is slow about either loses the connection.
public final class ControlSocket implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ControlSocket.class);
  private static final int MAX_AT_A_TIME = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

  /// The socket is made in a directory that is closed to others, and moved into place when it is
  /// closed itself.
  private static final String PRIVATE_DIRECTORY = ".ctl";

  /// Does what a command asks.
  @FunctionalInterface
  public interface Commands {

    /// Does it, and gives the lines of the answer.
    ///
    /// @param command one line
    /// @param user the system's name of who asks
    List<String> run(String command, String user);
  }

  private final Path file;
  private final ServerSocketChannel listener;
  private final Commands commands;
  private final Duration patience;
  private final Semaphore places = new Semaphore(MAX_AT_A_TIME);
  private final CountDownLatch closed = new CountDownLatch(1);

  private ControlSocket(
      Path file, ServerSocketChannel listener, Commands commands, Duration patience) {
    this.file = file;
    this.listener = listener;
    this.commands = commands;
    this.patience = patience;
  }

  /// Listens in a data directory that no other server holds.
  ///
  /// @throws IOException when that is not possible, for example because the path is longer than
  ///   about a hundred octets
  public static ControlSocket open(Path dataDirectory, Commands commands) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    return open(dataDirectory, listener, commands, PATIENCE);
  }

  /// The same with a listener that is not bound yet, and another patience with those who are slow.
  static ControlSocket open(
      Path dataDirectory, ServerSocketChannel listener, Commands commands, Duration patience)
      throws IOException {
    Path file = ControlLine.file(dataDirectory);
    try {
      bind(listener, dataDirectory.resolve(PRIVATE_DIRECTORY), file);
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e instanceof IOException io ? io : new IOException(e);
    }
    ControlSocket socket = new ControlSocket(file, listener, commands, patience);
    Thread.ofVirtual().name("control").start(socket::acceptAll);
    return socket;
  }

  /// The permissions of a new socket are what the umask leaves: nobody else may reach it before
  /// they are set.
  private static void bind(ServerSocketChannel listener, Path directory, Path file)
      throws IOException {
    Path draft = directory.resolve("s");
    Files.deleteIfExists(draft);
    Files.deleteIfExists(directory);
    Files.createDirectory(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    listener.bind(UnixDomainSocketAddress.of(draft));
    Files.setPosixFilePermissions(draft, PosixFilePermissions.fromString("rw-------"));
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    Files.delete(directory);
  }

  private void acceptAll() {
    boolean failing = false;
    while (listener.isOpen()) {
      try {
        take(listener.accept());
        failing = false;
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        if (!failing) {
          log.warn("the control socket takes no connection; it is tried again", e);
        }
        failing = true;
        if (isClosedWithin(PAUSE_AFTER_FAILURE)) {
          return;
        }
      }
    }
  }

  private void take(SocketChannel peer) throws IOException {
    if (places.tryAcquire()) {
      Thread.ofVirtual().name("control").start(() -> serve(peer));
    } else {
      peer.close();
    }
  }

  private boolean isClosedWithin(Duration pause) {
    try {
      return closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void serve(SocketChannel peer) {
    try (peer) {
      String user = peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
      String command;
      try (var _ = new Deadline(peer, patience)) {
        command = ControlLine.readLine(peer);
      }
      List<String> answer = commands.run(command, user);
      try (var _ = new Deadline(peer, patience)) {
        ControlLine.write(peer, answer);
      }
    } catch (IOException e) {
      log.debug("a command went away", e);
    } finally {
      places.release();
    }
  }

  /// Stops listening and removes the file.
  @Override
  public void close() throws IOException {
    closed.countDown();
    listener.close();
    Files.deleteIfExists(file);
  }

  /// Closes a connection unless it is closed itself in time; what waits for the peer then fails.
  private static final class Deadline implements AutoCloseable {

    private final CountDownLatch met = new CountDownLatch(1);

    Deadline(SocketChannel peer, Duration patience) {
      Thread.ofVirtual().name("control-deadline").start(() -> await(peer, patience));
    }

    private void await(SocketChannel peer, Duration patience) {
      try {
        if (!met.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
          peer.close();
        }
      } catch (IOException e) {
        log.debug("a slow command could not be cut off", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {
      met.countDown();
    }
  }
}
