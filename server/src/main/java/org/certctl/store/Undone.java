package org.certctl.store;

/// Undoes a unit of work that came to a result which must leave nothing behind, and carries the
/// result to whoever asked for the work.
final class Undone extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Object result;

  Undone(Object result) {
    super("undone", null, false, false);
    this.result = result;
  }

  <T> T result(Class<T> type) {
    return type.cast(result);
  }
}
