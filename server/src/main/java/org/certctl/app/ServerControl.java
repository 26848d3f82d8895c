package org.certctl.app;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.certctl.audit.Actor;
import org.certctl.control.ControlLine;
import org.certctl.control.ControlSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a running server is told to read its files again: by SIGHUP where it is caught, and through
/// its control socket.
final class ServerControl implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ServerControl.class);

  /// SIGHUP does not say who sent it; only root and the server's own user can.
  private static final Actor WHOEVER_SENT_THE_SIGNAL = new Actor("SIGHUP", "system");

  private final Function<Actor, List<ReloadedPart>> reloader;
  private final @Nullable ControlSocket socket;

  /// @param reloader has all files read again, on behalf of somebody
  ServerControl(Path dataDirectory, Function<Actor, List<ReloadedPart>> reloader, HangUp hangUp) {
    this.reloader = reloader;
    this.socket = open(dataDirectory);
    hangUp.onEach(
        () -> {
          var _ = reloader.apply(WHOEVER_SENT_THE_SIGNAL);
        });
  }

  private @Nullable ControlSocket open(Path dataDirectory) {
    try {
      return ControlSocket.open(dataDirectory, this::run);
    } catch (IOException e) {
      log.atWarn()
          .addKeyValue("reason", String.valueOf(e.getMessage()))
          .log("no control socket: certctl reload cannot reach this server, SIGHUP can");
      return null;
    }
  }

  private List<String> run(String command, String user) {
    if (!command.equals(ControlLine.RELOAD)) {
      return List.of("unknown command");
    }
    return reloader.apply(Actor.user(user)).stream().map(ServerControl::line).toList();
  }

  private static String line(ReloadedPart part) {
    return "%-9s  %-9s  %s: %s"
        .formatted(Reloader.code(part.outcome()), part.kind(), part.name(), part.text());
  }

  @Override
  public void close() throws IOException {
    if (socket != null) {
      socket.close();
    }
  }
}
