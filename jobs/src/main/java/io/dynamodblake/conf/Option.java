package io.dynamodblake.conf;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One option: its key, how its text is read, its default, and what the option table and {@code
 * --help} say of it. Immutable.
 *
 * @param <T> what the text is read as
 */
public final class Option<T> {
  private final String key;
  private final String label;
  private final Function<String, T> reader;
  private final Optional<String> defaultText;
  private final List<String> choices;
  private final String meaning;
  private final String whenToChange;
  private final OptionalInt position;
  private final boolean repeated;

  private Option(
      String key,
      String label,
      Function<String, T> reader,
      Optional<String> defaultText,
      List<String> choices,
      String meaning,
      String whenToChange,
      OptionalInt position,
      boolean repeated) {
    this.key = Objects.requireNonNull(key, "key is null");
    this.label = Objects.requireNonNull(label, "label is null");
    this.reader = Objects.requireNonNull(reader, "reader is null");
    this.defaultText = Objects.requireNonNull(defaultText, "defaultText is null");
    this.choices = List.copyOf(choices);
    this.meaning = Objects.requireNonNull(meaning, "meaning is null");
    this.whenToChange = Objects.requireNonNull(whenToChange, "whenToChange is null");
    this.position = Objects.requireNonNull(position, "position is null");
    this.repeated = repeated;
  }

  private static <T> Option<T> of(
      String key,
      String label,
      Function<String, T> reader,
      Optional<String> defaultText,
      List<String> choices) {
    return new Option<>(
        key, label, reader, defaultText, choices, "", "", OptionalInt.empty(), false);
  }

  // ---- kinds; each is refined with the methods below

  static Option<String> text(String key, String label) {
    return of(key, label, Option::someText, Optional.empty(), List.of());
  }

  /** A list with commas between its parts; commas inside parentheses belong to their part. */
  static Option<List<String>> list(String key, String label) {
    return of(key, label, Values::list, Optional.empty(), List.of());
  }

  /** A switch: off unless named. In a file {@code true} or {@code false}. */
  static Option<Boolean> flag(String key) {
    return of(key, "", Values::bool, Optional.of("false"), List.of());
  }

  /** A number of bytes of at least {@code min}, such as {@code 256MB}. */
  static Option<Long> size(String key, long min) {
    return size(key, min, Long.MAX_VALUE);
  }

  /** A number of bytes from {@code min} to {@code max}. */
  static Option<Long> size(String key, long min, long max) {
    return of(
        key, "SIZE", text -> within(Values.size(text), min, max), Optional.empty(), List.of());
  }

  /** A whole number of at least {@code min}. */
  static Option<Long> count(String key, long min) {
    return count(key, min, Long.MAX_VALUE);
  }

  /** A whole number from {@code min} to {@code max}. */
  static Option<Long> count(String key, long min, long max) {
    return of(key, "N", text -> within(Values.count(text), min, max), Optional.empty(), List.of());
  }

  /** A time span, such as {@code 90m}. */
  static Option<Duration> duration(String key) {
    return of(key, "SPAN", Values::duration, Optional.empty(), List.of());
  }

  /** One of a few words, read without regard to case and given back as written here. */
  static Option<String> choice(String key, String... choices) {
    List<String> words = List.of(choices);
    return of(
        key, String.join("|", words), text -> Values.choice(text, words), Optional.empty(), words);
  }

  /** An instant such as {@code 2026-11-18T03:20:00Z}; an offset other than {@code Z} is fine. */
  static Option<Instant> instant(String key) {
    return of(key, "TIME", Option::instantOf, Optional.empty(), List.of());
  }

  /** Instants with commas between them, each as {@link #instant} takes it. */
  static Option<List<Instant>> instants(String key) {
    return of(
        key,
        "TIME[,TIME]",
        text -> Values.list(text).stream().map(Option::instantOf).toList(),
        Optional.empty(),
        List.of());
  }

  Option<T> orElse(String text) {
    return new Option<>(
        key, label, reader, Optional.of(text), choices, meaning, whenToChange, position, repeated);
  }

  Option<T> means(String text) {
    return new Option<>(
        key, label, reader, defaultText, choices, text, whenToChange, position, repeated);
  }

  Option<T> changeWhen(String text) {
    return new Option<>(
        key, label, reader, defaultText, choices, meaning, text, position, repeated);
  }

  /** Makes it stand on the command line without its key, as the value with this index from 0. */
  Option<T> at(int index) {
    return new Option<>(
        key,
        label,
        reader,
        defaultText,
        choices,
        meaning,
        whenToChange,
        OptionalInt.of(index),
        false);
  }

  /**
   * Makes it stand on the command line without its key, as the value with this index from 0 and all
   * that follow it, which {@link #join} makes one text of.
   */
  Option<T> atAndAfter(int index) {
    return new Option<>(
        key,
        label,
        reader,
        defaultText,
        choices,
        meaning,
        whenToChange,
        OptionalInt.of(index),
        true);
  }

  // ---- reading

  public String key() {
    return key;
  }

  /** Returns what stands for the value in {@code --help}; empty for a switch. */
  public String label() {
    return label;
  }

  public boolean isFlag() {
    return label.isEmpty();
  }

  /** Returns whether it stands on the command line without its key. */
  public boolean isPositional() {
    return position.isPresent();
  }

  /** Returns which of the values without a key it is, from 0; empty if it stands with its key. */
  public OptionalInt position() {
    return position;
  }

  public Optional<String> defaultText() {
    return defaultText;
  }

  /** Returns whether all values behind its own are its, too. */
  public boolean isRepeated() {
    return repeated;
  }

  /** Returns the text of values that stood apart on the command line, whatever is in them. */
  public static String join(List<String> values) {
    return values.stream().map(value -> Values.APART + value).collect(Collectors.joining());
  }

  /** Returns the words it accepts, or empty if it is not that kind. */
  public List<String> choices() {
    return choices;
  }

  /**
   * Returns one or more sentences without a final full stop in the table's and the help's style.
   */
  public String meaning() {
    return meaning;
  }

  /** Returns when another value than the default is right. */
  public String whenToChange() {
    return whenToChange;
  }

  /**
   * Reads a value.
   *
   * @throws UsageException naming the option and what it accepts
   */
  public T parse(String text) {
    return parse(text, key);
  }

  /**
   * Reads a value as {@link #parse(String)} does; {@code place} is how the user wrote the key, such
   * as {@code --verify}.
   */
  public T parse(String text, String place) {
    try {
      return reader.apply(text.strip());
    } catch (IllegalArgumentException e) {
      throw new UsageException("Cannot read " + place + ": " + e.getMessage(), e);
    }
  }

  /** Returns the default, read; empty if there is none. */
  public Optional<T> defaultValue() {
    return defaultText.map(this::parse);
  }

  @Override
  public String toString() {
    return key;
  }

  private static String someText(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("the value is empty");
    }
    return text;
  }

  private static long within(long value, long min, long max) {
    if (value < min) {
      throw new IllegalArgumentException(value + " is too small; at least " + min);
    }
    if (value > max) {
      throw new IllegalArgumentException(value + " is too large; at most " + max);
    }
    return value;
  }

  private static Instant instantOf(String text) {
    try {
      return OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a time; write it as 2026-11-18T03:20:00Z", e);
    }
  }
}
