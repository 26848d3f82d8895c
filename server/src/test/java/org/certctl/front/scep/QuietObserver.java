package org.certctl.front.scep;

/// Counts nothing.
final class QuietObserver implements ScepObserver {

  @Override
  public void requested(String endpoint, String operation) {}

  @Override
  public void rejected(String endpoint, String code) {}
}
