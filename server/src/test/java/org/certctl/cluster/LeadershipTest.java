package org.certctl.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.certctl.audit.LeaseLostException;
import org.certctl.audit.StoreUnavailableException;
import org.certctl.pki.SigningUnavailableException;
import org.junit.jupiter.api.Test;

class LeadershipTest {

  private final AtomicLong nanos = new AtomicLong(-5);
  private final Leadership leadership = Leadership.ofOneNode(nanos::get);
  private final List<String> done = new ArrayList<>();

  private void lead() throws Exception {
    leadership.lead(
        SharedWork.CRL,
        () -> done.add(Fence.around().map(Fence::toString).orElse("no fence")),
        () -> done.add("other"));
  }

  @Test
  void whoIsAloneLeadsEverythingWithoutAFence() throws Exception {
    Leadership alone = Leadership.alone();
    alone.lead(SharedWork.AUDIT, () -> done.add(Fence.around().toString()));

    assertThat(done).containsExactly("Optional.empty");
    assertThat(alone.leads(SharedWork.EXPIRY)).isTrue();
  }

  @Test
  void aNodeLeadsNothingBeforeItHasALease() throws Exception {
    lead();

    assertThat(done).containsExactly("other");
    assertThat(leadership.leads(SharedWork.CRL)).isFalse();
  }

  @Test
  void aLeaseIsBelievedInForAWhileAndPutsAFenceAroundTheTask() throws Exception {
    leadership.holds(Map.of(SharedWork.CRL, 7L), nanos.get(), Duration.ofNanos(10));
    lead();
    nanos.addAndGet(9);
    lead();
    nanos.addAndGet(1);
    lead();

    String fenced = new Fence(SharedWork.CRL, 7).toString();
    assertThat(done).containsExactly(fenced, fenced, "other");
    assertThat(Fence.around()).isEmpty();
  }

  @Test
  void whatIsNoLongerHeldIsNotLed() throws Exception {
    leadership.holds(Map.of(SharedWork.CRL, 7L), nanos.get(), Duration.ofSeconds(1));
    leadership.holds(Map.of(SharedWork.AUDIT, 1L), nanos.get(), Duration.ofSeconds(1));
    lead();

    assertThat(done).containsExactly("other");
  }

  @Test
  void aLeaseThatWasLostIsNotBelievedInAnyMoreAndNobodyHearsOfIt() throws Exception {
    leadership.holds(Map.of(SharedWork.CRL, 7L), nanos.get(), Duration.ofSeconds(1));
    leadership.lead(
        SharedWork.CRL,
        () -> {
          throw new LeaseLostException("crl");
        });
    lead();

    assertThat(done).containsExactly("other");
  }

  @Test
  void whoCannotSignThreeTimesInARowLeavesTheWorkToOthersForAMinute() throws Exception {
    leadership.holds(Map.of(SharedWork.CRL, 7L), nanos.get(), Duration.ofHours(1));
    failToSign();
    failToSign();
    lead();
    failToSign();
    failToSign();
    assertThat(leadership.leftToOthers()).isEmpty();

    failToSign();
    assertThat(leadership.leftToOthers()).containsExactly(SharedWork.CRL);
    nanos.addAndGet(Duration.ofMinutes(1).toNanos());
    assertThat(leadership.leftToOthers()).isEmpty();
  }

  private void failToSign() {
    assertThatThrownBy(
            () ->
                leadership.lead(
                    SharedWork.CRL,
                    () -> {
                      throw new SigningUnavailableException("the token is away");
                    }))
        .isInstanceOf(SigningUnavailableException.class);
  }

  @Test
  void otherFailuresReachTheCaller() {
    leadership.holds(Map.of(SharedWork.CRL, 7L), nanos.get(), Duration.ofSeconds(1));

    assertThatThrownBy(
            () ->
                leadership.lead(
                    SharedWork.CRL,
                    () -> {
                      throw new StoreUnavailableException("away");
                    }))
        .hasMessage("away");
    assertThat(leadership.leads(SharedWork.CRL)).isTrue();
  }
}
