package io.dynamodblake.schema.entity;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The shapes of both keys of an item.
 *
 * @param first segments of the partition key; none if the item has no such key
 * @param second segments of the sort key; none if the item has no such key
 */
record KeyShape(List<KeySegment> first, List<KeySegment> second) {
  /** Words that say that an item is the thing itself, and not what kind of thing. */
  private static final Set<String> GENERIC =
      Set.of(
          "metadata",
          "meta",
          "info",
          "root",
          "details",
          "data",
          "main",
          "self",
          "a",
          "base",
          "item",
          "record");

  KeyShape {
    first = List.copyOf(first);
    second = List.copyOf(second);
  }

  List<KeySegment> key(int number) {
    return number == 0 ? first : second;
  }

  KeyShape with(int number, List<KeySegment> segments) {
    return number == 0 ? new KeyShape(segments, second) : new KeyShape(first, segments);
  }

  /** Whether any word tells these keys from others. */
  boolean isSpecific() {
    return first.stream().anyMatch(KeySegment::isWord)
        || second.stream().anyMatch(KeySegment::isWord);
  }

  // ---- as patterns

  /** The patterns of the keys, with names for the values behind words. */
  Map<String, KeyPattern> patterns(List<String> keys) {
    Map<String, KeyPattern> patterns = new LinkedHashMap<>();
    Set<String> parts = new HashSet<>();
    for (int i = 0; i < keys.size(); i++) {
      if (!key(i).isEmpty()) {
        patterns.put(keys.get(i), KeyPattern.parse(pattern(key(i), parts)));
      }
    }
    return patterns;
  }

  private static String pattern(List<KeySegment> segments, Set<String> parts) {
    StringBuilder pattern = new StringBuilder();
    for (int i = 0; i < segments.size(); i++) {
      KeySegment segment = segments.get(i);
      String part = segment.isValue() && i > 0 ? part(segments.get(i - 1)) : "";
      pattern.append(
          segment.isValue()
              ? "{" + (parts.add(part) ? part : "") + "}" + segment.delimiter()
              : segment.pattern());
    }
    return pattern.toString();
  }

  /** What a value behind a word is called; empty if the word does not say it. */
  private static String part(KeySegment before) {
    if (!before.isWord()) {
      return "";
    }
    String name = plain(before.word());
    if (name.isEmpty() || GENERIC.contains(name)) {
      return "";
    }
    boolean attribute = before.delimiter().equals("_");
    return attribute || name.endsWith("id") ? name : name + "_id";
  }

  // ---- as names

  /** Names for the kind of such items, the best first. */
  List<String> names() {
    String firstWords = words(first, Set.of());
    String secondWords = words(second, GENERIC);
    boolean same = firstWords.equals(secondWords);
    List<String> names = new ArrayList<>();
    if (!secondWords.isEmpty() && !same) {
      boolean isAlone = second.stream().noneMatch(KeySegment::isValue);
      boolean pairs = second.get(0).isWord() && second.get(0).word().startsWith("$");
      if (!isAlone || firstWords.isEmpty() || pairs) {
        names.add(secondWords);
      }
      if (!firstWords.isEmpty()) {
        names.add(firstWords + "_" + secondWords);
      }
    } else if (!firstWords.isEmpty()) {
      names.add(firstWords);
    }
    if (names.isEmpty()) {
      names.add("kind");
    }
    return names;
  }

  private static String words(List<KeySegment> segments, Set<String> meaningless) {
    return segments.stream()
        .filter(segment -> segment.isWord() && !segment.delimiter().equals("_"))
        .map(segment -> plain(segment.word()))
        .filter(word -> !word.isEmpty() && !meaningless.contains(word))
        .collect(Collectors.joining("_"));
  }

  /** A word as it goes into names: without what ElectroDB writes around it. */
  private static String plain(String word) {
    String bare = word.startsWith("$") ? word.substring(1).replaceFirst("_[0-9]+$", "") : word;
    return EntityNames.clean(bare).orElse(bare.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", ""));
  }

  // ---- as an example

  /**
   * Whether keys of this shape fit patterns; a value is taken for one character that no word has.
   */
  boolean fits(List<String> keys, Map<String, KeyPattern> patterns) {
    for (Map.Entry<String, KeyPattern> each : patterns.entrySet()) {
      List<KeySegment> segments = key(keys.indexOf(each.getKey()));
      if (segments.isEmpty() || each.getValue().match(example(segments)).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private static String example(List<KeySegment> segments) {
    return segments.stream()
        .map(segment -> (segment.isValue() ? "\u0001" : segment.word()) + segment.delimiter())
        .collect(Collectors.joining());
  }
}
