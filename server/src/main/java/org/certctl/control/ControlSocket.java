package org.certctl.control;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.Semaphore;
import jdk.net.ExtendedSocketOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where commands reach a running server: a Unix domain socket in the data directory.
///
/// No port, no password: the file system decides who may connect, which is the server's own user
/// and root. The kernel tells who it was. One line comes, some lines go, and the connection ends.
public final class ControlSocket implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ControlSocket.class);
  private static final int MAX_AT_A_TIME = 4;

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
  private final Semaphore places = new Semaphore(MAX_AT_A_TIME);

  private ControlSocket(Path file, ServerSocketChannel listener, Commands commands) {
    this.file = file;
    this.listener = listener;
    this.commands = commands;
  }

  /// Listens in a data directory that no other server holds.
  ///
  /// @throws IOException when that is not possible, for example because the path is longer than
  ///   about a hundred octets
  public static ControlSocket open(Path dataDirectory, Commands commands) throws IOException {
    Path file = ControlLine.file(dataDirectory);
    Files.deleteIfExists(file);
    ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      listener.bind(UnixDomainSocketAddress.of(file));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e instanceof IOException io ? io : new IOException(e);
    }
    ControlSocket socket = new ControlSocket(file, listener, commands);
    Thread.ofVirtual().name("control").start(socket::acceptAll);
    return socket;
  }

  private void acceptAll() {
    while (listener.isOpen()) {
      try {
        SocketChannel peer = listener.accept();
        if (places.tryAcquire()) {
          Thread.ofVirtual().name("control").start(() -> serve(peer));
        } else {
          peer.close();
        }
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        log.warn("the control socket failed", e);
        return;
      }
    }
  }

  private void serve(SocketChannel peer) {
    try (peer) {
      String user = peer.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
      String command = ControlLine.readLine(peer);
      ControlLine.write(peer, commands.run(command, user));
    } catch (IOException e) {
      log.debug("a command went away", e);
    } finally {
      places.release();
    }
  }

  /// Stops listening and removes the file.
  @Override
  public void close() throws IOException {
    listener.close();
    Files.deleteIfExists(file);
  }
}
