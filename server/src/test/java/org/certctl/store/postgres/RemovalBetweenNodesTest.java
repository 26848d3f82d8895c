package org.certctl.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.certctl.enroll.Enrollments.NOW;
import static org.certctl.enroll.Enrollments.certificate;
import static org.certctl.enroll.Enrollments.intended;
import static org.certctl.enroll.Enrollments.intent;
import static org.certctl.enroll.Enrollments.issued;
import static org.certctl.enroll.Enrollments.serial;

import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.certctl.audit.Actor;
import org.certctl.audit.LeaseLostException;
import org.certctl.cluster.Fence;
import org.certctl.cluster.SharedWork;
import org.certctl.enroll.Intent;
import org.certctl.pki.RevocationReason;
import org.certctl.retention.RetentionStore.Place;
import org.certctl.retention.RetentionStore.Step;
import org.certctl.status.RevocationOrder;
import org.certctl.status.RevocationOutcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/// Records are removed by one node while others work with them.
class RemovalBetweenNodesTest {

  private static final Instant LATER = NOW.plus(Duration.ofDays(100));

  @RegisterExtension final TwoNodes nodes = new TwoNodes();

  private void issue(String name) throws Exception {
    Intent intent = intent(name);
    nodes.one().enrollments().intend(intent, false, intended(name));
    nodes.one().enrollments().record(intent.id(), certificate(name), issued(name));
  }

  private Step remove(PostgresStore node) throws Exception {
    return node.retention().removeCertificates(Place.FIRST, LATER, LATER);
  }

  @Test
  void whoHasLostTheLeaseRemovesNothing() throws Exception {
    issue("a");
    try (Connection connection = PostgresServer.connect(nodes.config());
        var statement = connection.createStatement()) {
      statement.execute("INSERT INTO cluster_lease VALUES ('housekeeping', 'other', 2, 0)");
    }
    assertThatThrownBy(
            () -> new Fence(SharedWork.HOUSEKEEPING, 1).around(() -> remove(nodes.one())))
        .isInstanceOf(LeaseLostException.class);
    assertThat(nodes.other().certificates().bySerialNumber(serial("a"))).hasSize(1);

    new Fence(SharedWork.HOUSEKEEPING, 2).around(() -> remove(nodes.other()));
    assertThat(nodes.one().certificates().bySerialNumber(serial("a"))).isEmpty();
  }

  @Test
  void aRevocationThatIsUnderWayLeavesNothingBehind() throws Exception {
    issue("a");
    try (Connection gate = PostgresServer.connect(nodes.config());
        var statement = gate.createStatement();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      statement.execute(
          "CREATE FUNCTION wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS"
              + " $$ BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$");
      statement.execute(
          "CREATE TRIGGER gate BEFORE INSERT ON revocation"
              + " FOR EACH ROW EXECUTE FUNCTION wait_at_gate()");
      statement.execute("SELECT pg_advisory_lock(7)");
      Future<RevocationOutcome> revocation = threads.submit(() -> revoke());
      TwoNodes.awaitWaiting(statement, 1, revocation);
      Future<Step> removal = threads.submit(() -> remove(nodes.other()));
      TwoNodes.awaitWaiting(statement, 2, removal);

      statement.execute("SELECT pg_advisory_unlock(7)");

      assertThat(revocation.get()).isInstanceOf(RevocationOutcome.Changed.class);
      assertThat(removal.get().removed()).isEqualTo(1);
      assertThat(TwoNodes.number(statement, "SELECT count(*) FROM certificate")).isZero();
      assertThat(TwoNodes.number(statement, "SELECT count(*) FROM certificate_name")).isZero();
      assertThat(TwoNodes.number(statement, "SELECT count(*) FROM enrollment")).isZero();
      assertThat(TwoNodes.number(statement, "SELECT count(*) FROM revocation")).isZero();
    }
  }

  private RevocationOutcome revoke() throws Exception {
    return nodes
        .one()
        .revocations()
        .apply(
            "iss-local",
            serial("a"),
            RevocationOrder.revoke(RevocationReason.KEY_COMPROMISE, NOW, Actor.user("alice"), ""));
  }
}
