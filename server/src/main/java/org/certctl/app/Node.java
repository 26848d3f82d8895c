package org.certctl.app;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.certctl.audit.Actor;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.cluster.Beat;
import org.certctl.cluster.Membership;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// This process as one node of several, or as the only one: joins before anything else is done,
/// beats while it lives, and takes its leave in the end.
final class Node implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Node.class);
  private static final Duration BEAT_PERIOD = Duration.ofSeconds(2);

  private static final ReloadedPart UNTOLD =
      new ReloadedPart(
          "cluster",
          "other nodes",
          ReloadedPart.Outcome.KEPT,
          "they could not be told, because the database is away; repeat it, or tell each by itself");

  private final Optional<Membership> membership;
  private final AtomicReference<Optional<Beat.Reload>> reload =
      new AtomicReference<>(Optional.empty());
  private final BackgroundWork beating = new BackgroundWork();

  /// @param membership absent when this process has the database for itself
  Node(Optional<Membership> membership) throws StoreUnavailableException {
    this.membership = membership;
    if (membership.isPresent()) {
      beat(membership.get());
      beating.every(BEAT_PERIOD, "tell of this node", () -> beat(membership.get()));
    }
  }

  private void beat(Membership membership) throws StoreUnavailableException {
    Optional<Beat.Reload> demanded = membership.beat();
    if (demanded.isPresent()) {
      reload.set(demanded);
    }
  }

  /// Takes up what dead nodes left open.
  void adoptIntents() throws StoreUnavailableException {
    if (membership.isPresent()) {
      int adopted = membership.get().adoptIntents();
      if (adopted > 0) {
        log.atInfo().addKeyValue("intents", adopted).log("took up what another node left open");
      }
    }
  }

  /// Reads this node's files again, and has all others do the same.
  List<ReloadedPart> reloadEverywhere(Reloader reloader, Actor actor) {
    long number = 0;
    Optional<ReloadedPart> untold = Optional.empty();
    if (membership.isPresent()) {
      try {
        number = membership.get().demandReload(actor.name());
      } catch (StoreUnavailableException e) {
        log.warn("the other nodes cannot be told to reload; tell each by itself", e);
        untold = Optional.of(UNTOLD);
      }
    }
    List<ReloadedPart> parts = reloader.reload(actor);
    followed(number, parts);
    return Stream.concat(parts.stream(), untold.stream()).toList();
  }

  /// Reads this node's files again if another node was told to.
  void followReload(Reloader reloader) {
    Optional<Beat.Reload> demanded = reload.getAndSet(Optional.empty());
    if (demanded.isPresent()) {
      List<ReloadedPart> parts =
          reloader.reload(
              new Actor(demanded.get().actor() + " on " + demanded.get().node(), "user"));
      followed(demanded.get().number(), parts);
    }
  }

  /// Only when everything could be read: the others see who lags behind.
  private void followed(long number, List<ReloadedPart> parts) {
    if (parts.stream().noneMatch(part -> part.outcome() == ReloadedPart.Outcome.KEPT)) {
      membership.ifPresent(node -> node.followed(number));
    }
  }

  @Override
  public void close() {
    beating.close();
    if (membership.isPresent()) {
      try {
        membership.get().leave();
      } catch (StoreUnavailableException e) {
        log.warn("the other nodes could not be told of the stop; they will find out", e);
      }
    }
  }
}
