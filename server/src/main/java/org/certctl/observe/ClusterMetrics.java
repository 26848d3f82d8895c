package org.certctl.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.certctl.cluster.Beat;
import org.certctl.cluster.ClusterWarnings;
import org.certctl.cluster.Leadership;
import org.certctl.cluster.Membership;
import org.certctl.cluster.SharedWork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows how many nodes there are, what this one leads, and how far its clock is off.
public final class ClusterMetrics implements Membership.Observer {

  private static final Logger log = LoggerFactory.getLogger(ClusterMetrics.class);
  private static final double MILLIS_PER_SECOND = 1000;

  private final AtomicInteger nodes = new AtomicInteger();
  private final AtomicLong clockAheadMillis = new AtomicLong();
  private final AtomicLong beatAtNanos = new AtomicLong();
  private boolean clockIsWrong;

  /// Registers the meters.
  public ClusterMetrics(MeterRegistry registry, Leadership leadership) {
    Gauge.builder("certctl.cluster.nodes", nodes, count -> isFresh() ? count.get() : Double.NaN)
        .description("Nodes that were heard of in the last seconds, this one included")
        .register(registry);
    Gauge.builder(
            "certctl.cluster.clock.offset",
            clockAheadMillis,
            millis -> millis.get() / MILLIS_PER_SECOND)
        .description("How far the clock of this node is ahead of the database's")
        .baseUnit("seconds")
        .register(registry);
    for (SharedWork work : SharedWork.values()) {
      Gauge.builder("certctl.cluster.leads", leadership, each -> each.leads(work) ? 1 : 0)
          .description("1 while this node does the work for all")
          .tag("work", work.wireValue())
          .register(registry);
    }
  }

  /// What the database said long ago is no longer shown.
  private boolean isFresh() {
    return System.nanoTime() - beatAtNanos.get() < Membership.TERM.toNanos();
  }

  @Override
  public void beat(Beat beat) {
    beatAtNanos.set(System.nanoTime());
    nodes.set(beat.liveNodes());
    clockAheadMillis.set(beat.clockAhead().toMillis());
    boolean wrong = beat.clockAhead().abs().compareTo(ClusterWarnings.MAX_CLOCK_OFFSET) > 0;
    if (wrong && !clockIsWrong) {
      log.atWarn()
          .addKeyValue("seconds_ahead", beat.clockAhead().toSeconds())
          .log("this node's clock and the database's differ; check the time service of both");
    }
    clockIsWrong = wrong;
  }
}
