package org.certctl.issuer.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.certctl.issuer.IssueOrder;
import org.certctl.issuer.IssueResult;
import org.certctl.issuer.Issuer;
import org.certctl.pki.TestCa;

/// A local CA that can be told to answer otherwise, and remembers its orders.
public final class ScriptedIssuer implements Issuer {

  /// What it was asked for, the oldest first.
  public final List<IssueOrder> orders = new ArrayList<>();

  /// What it answers instead of issuing.
  public Optional<IssueResult> answer = Optional.empty();

  /// Runs before each answer.
  public Runnable before = () -> {};

  private final LocalCaIssuer ca;

  /// Issues with this CA.
  public ScriptedIssuer(TestCa ca) {
    this.ca = new LocalCaIssuer("iss-local", List.of(ca.certificate()), ca.signer());
  }

  @Override
  public String id() {
    return ca.id();
  }

  @Override
  public synchronized IssueResult issue(IssueOrder order) {
    orders.add(order);
    before.run();
    return answer.orElseGet(() -> ca.issue(order));
  }
}
