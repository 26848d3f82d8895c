package org.certctl.config;

import java.util.function.Function;
import java.util.function.UnaryOperator;

/// A kind of value: how it is called, read and shown.
///
/// @param <T> what it is read into
final class ValueType<T> {

  /// Reads a text.
  ///
  /// @param <T> what it is read into
  @FunctionalInterface
  interface Reader<T> {
    T read(String text) throws InvalidValueException;
  }

  private final String description;
  private final Reader<T> reader;
  private final Function<T, String> display;
  private final boolean secret;
  private final UnaryOperator<String> shown;

  private ValueType(
      String description,
      Reader<T> reader,
      Function<T, String> display,
      boolean secret,
      UnaryOperator<String> shown) {
    this.description = description;
    this.reader = reader;
    this.display = display;
    this.secret = secret;
    this.shown = shown;
  }

  static <T> ValueType<T> of(String description, Reader<T> reader, Function<T, String> display) {
    return new ValueType<>(description, reader, display, false, UnaryOperator.identity());
  }

  static <T> ValueType<T> secret(String description, Reader<T> reader) {
    return new ValueType<>(description, reader, value -> "(secret)", true, _ -> "(secret)");
  }

  /// The same, but what was given is shown like this, even when it cannot be read.
  ValueType<T> shownAs(UnaryOperator<String> withoutSecrets) {
    return new ValueType<>(description, reader, display, secret, withoutSecrets);
  }

  /// A text that was given, without what nobody must see.
  String shown(String text) {
    return shown.apply(text);
  }

  /// What may stand there, for the reference.
  String description() {
    return description;
  }

  T read(String text) throws InvalidValueException {
    return reader.read(text);
  }

  String display(T value) {
    return display.apply(value);
  }

  /// Whether values must never be shown, and may come from a file of their own.
  boolean isSecret() {
    return secret;
  }
}
