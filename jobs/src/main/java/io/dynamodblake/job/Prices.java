package io.dynamodblake.job;

import io.dynamodblake.conf.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * The price table that {@code estimate} reckons with. The built-in one is {@code
 * conf/prices.properties}; a user's own may hold only what differs.
 */
final class Prices {
  private static final double MILLION = 1e6;
  private static final String BUILT_IN = "prices.properties";
  private static final Set<String> TEXTS = Set.of("currency", "prices-of");

  private final Map<String, String> texts;
  private final Map<String, Double> numbers;

  private Prices(Map<String, String> texts, Map<String, Double> numbers) {
    this.texts = Map.copyOf(texts);
    this.numbers = Map.copyOf(numbers);
  }

  static Prices builtIn() {
    try (InputStream in = Prices.class.getResourceAsStream(BUILT_IN);
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      return read(reader, BUILT_IN, new Prices(Map.of(), Map.of()), false);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read the built-in prices", e);
    }
  }

  /**
   * These prices with others on top.
   *
   * @param name of the file, for messages
   * @throws UsageException if a key is unknown or a value is no number of at least 0
   */
  Prices with(String text, String name) {
    try {
      return read(new StringReader(text), name, this, true);
    } catch (IOException | IllegalArgumentException e) {
      throw new UsageException(
          "Cannot read prices: "
              + name
              + " is no properties file; start from conf/prices.properties",
          e);
    }
  }

  private static Prices read(Reader reader, String name, Prices base, boolean onlyKnown)
      throws IOException {
    Properties properties = new Properties();
    properties.load(reader);
    Map<String, String> texts = new TreeMap<>(base.texts);
    Map<String, Double> numbers = new TreeMap<>(base.numbers);
    for (String key : properties.stringPropertyNames()) {
      String value = properties.getProperty(key).strip();
      if (TEXTS.contains(key)) {
        texts.put(key, value);
      } else if (onlyKnown && !numbers.containsKey(key)) {
        throw new UsageException(
            "Cannot read prices: unknown key '%s' in %s; the keys are %s"
                .formatted(key, name, String.join(", ", numbers.keySet())));
      } else {
        numbers.put(key, number(key, value, name));
      }
    }
    return new Prices(texts, numbers);
  }

  private static double number(String key, String value, String name) {
    double number;
    try {
      number = Double.parseDouble(value);
    } catch (NumberFormatException e) {
      number = Double.NaN;
    }
    if (Double.isFinite(number) && number >= 0) {
      return number;
    }
    throw new UsageException(
        "Cannot read prices: '%s' in %s is no number of at least 0; write it as 0.15"
            .formatted(key, name));
  }

  double number(String key) {
    Double number = numbers.get(key);
    if (number == null) {
      throw new IllegalArgumentException("No such price: " + key);
    }
    return number;
  }

  /** What on-demand reads cost, in a table of one class or the other. */
  double reads(double units, boolean infrequentAccess) {
    return units
        / MILLION
        * number(infrequentAccess ? "infrequent-access.read.per-million" : "read.per-million");
  }

  /** What on-demand writes cost, in a table of one class or the other. */
  double writes(double units, boolean infrequentAccess) {
    return units
        / MILLION
        * number(infrequentAccess ? "infrequent-access.write.per-million" : "write.per-million");
  }

  String currency() {
    return texts.get("currency");
  }

  /** Where and when the prices hold. */
  String source() {
    return texts.get("prices-of");
  }
}
