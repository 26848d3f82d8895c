package org.certctl.app;

import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongFunction;
import org.certctl.audit.AuditSealing;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.cluster.Leadership;
import org.certctl.cluster.Membership;
import org.certctl.cluster.NodeId;
import org.certctl.cluster.NodeState;
import org.certctl.config.Configuration;
import org.certctl.config.DatabaseSettings;
import org.certctl.enroll.ChallengeMac;
import org.certctl.issuer.local.SharedSecret;
import org.certctl.observe.ClusterMetrics;
import org.certctl.store.Store;
import org.springframework.context.annotation.Bean;

/// The part of the composition root that makes this process one node of several.
@org.springframework.context.annotation.Configuration(proxyBeanMethods = false)
class ClusterAssembly {

  private static final Duration FOLLOWING_PERIOD = Duration.ofSeconds(1);
  private static final Duration ENCRYPTION_PERIOD = Duration.ofSeconds(5);

  @Bean
  NodeId nodeId(Configuration configuration, SecureRandom random) {
    return isShared(configuration) ? NodeId.next(random) : NodeId.ONLY;
  }

  @Bean
  Leadership leadership(Configuration configuration) {
    return isShared(configuration) ? Leadership.ofOneNode(System::nanoTime) : Leadership.alone();
  }

  private static boolean isShared(Configuration configuration) {
    return configuration.database() instanceof DatabaseSettings.Postgres;
  }

  @Bean
  NodeParts nodeParts(Configuration configuration, ChallengeMac mac, AuditSealing sealing) {
    return new NodeParts(configuration.shared(), mac, sealing.keyDigest());
  }

  @Bean
  Node node(
      Configuration configuration,
      NodeId id,
      NodeParts parts,
      Leadership leadership,
      Store store,
      MeterRegistry registry,
      Clock clock)
      throws StoreUnavailableException {
    String name = nameOf(configuration);
    Instant startedAt = clock.instant();
    LongFunction<NodeState> state =
        reloaded -> new NodeState(id, name, Version.current(), startedAt, parts.now(), reloaded);
    return new Node(
        store
            .cluster()
            .map(
                cluster ->
                    new Membership(
                        cluster,
                        id,
                        name,
                        state,
                        leadership,
                        new ClusterMetrics(registry, leadership),
                        System::nanoTime)));
  }

  private static String nameOf(Configuration configuration) {
    if (configuration.database() instanceof DatabaseSettings.Postgres postgres
        && postgres.nodeName().isPresent()) {
      return postgres.nodeName().get();
    }
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unnamed";
    }
  }

  /// On a thread of its own: to try an encryption key takes its time.
  @Bean
  BackgroundWork encryptionWatch(Configuration configuration, Store store, ServerLife started) {
    BackgroundWork work = new BackgroundWork();
    if (configuration.sharesKeys()) {
      EncryptionKeyWatch watch =
          new EncryptionKeyWatch(new SharedSecret(store.sealedKeys(), configuration.encryption()));
      work.every(ENCRYPTION_PERIOD, "look after the encryption key", watch::check);
    }
    return work;
  }

  /// On a thread of its own: a token that is slow must not keep this node from telling that it
  /// lives.
  @Bean
  BackgroundWork reloadFollowing(
      Node node, Reloader reloader, NodeParts parts, ServerCertificates certificates) {
    parts.show(certificates);
    BackgroundWork work = new BackgroundWork();
    work.every(FOLLOWING_PERIOD, "follow reloads", () -> node.followReload(reloader));
    return work;
  }
}
