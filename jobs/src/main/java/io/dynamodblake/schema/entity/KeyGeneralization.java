package io.dynamodblake.schema.entity;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides which words in keys name kinds of items, and which are values of few kinds, such as
 * states, countries or the users of a small table. Words that follow each other's place are names
 * if items behind different ones differ in their attributes. At the first place they are names
 * unless there are many, or they are as short as codes.
 */
final class KeyGeneralization {
  private static final int KEYS = 2;
  private static final int FEW_NAMES = 12;
  private static final int CODE = 3;
  private static final int FEW_IDS = 3;
  private static final double SAME_CHOICE = 0.9;
  private static final int USUAL = 10;

  private final EntityProfile profile;
  private final KeyShape[] shapes; // by group

  private KeyGeneralization(EntityProfile profile) {
    this.profile = profile;
    this.shapes = new KeyShape[profile.groupCount()];
    for (int i = 0; i < shapes.length; i++) {
      shapes[i] = new KeyShape(profile.shape(i, 0).segments(), profile.shape(i, 1).segments());
    }
  }

  /** Returns the shapes of the groups of a profile, as they were seen. */
  static KeyShape[] seen(EntityProfile profile) {
    return new KeyGeneralization(profile).shapes;
  }

  /** Returns the shapes of the groups of a profile, in which words are names. */
  static KeyShape[] of(EntityProfile profile) {
    KeyGeneralization generalization = new KeyGeneralization(profile);
    for (int key = KEYS - 1; key >= 0; key--) {
      generalization.generalize(key);
    }
    generalization.restore(KEYS - 1);
    return generalization.shapes;
  }

  private void generalize(int key) {
    for (int depth = deepest(key) - 1; depth >= 0; depth--) {
      for (Map.Entry<List<KeySegment>, List<Integer>> place : places(key, depth).entrySet()) {
        boolean isFirst = place.getKey().stream().noneMatch(KeySegment::isWord);
        generalize(key, depth, isFirst, place.getValue());
      }
    }
  }

  private int deepest(int key) {
    int deepest = 0;
    for (KeyShape shape : shapes) {
      deepest = Math.max(deepest, shape.key(key).size());
    }
    return deepest;
  }

  /** The groups that have a segment at some depth, by what is before it. */
  private Map<List<KeySegment>, List<Integer>> places(int key, int depth) {
    Map<List<KeySegment>, List<Integer>> places = new LinkedHashMap<>();
    for (int group = 0; group < shapes.length; group++) {
      List<KeySegment> segments = shapes[group].key(key);
      if (segments.size() > depth) {
        places
            .computeIfAbsent(List.copyOf(segments.subList(0, depth)), place -> new ArrayList<>())
            .add(group);
      }
    }
    return places;
  }

  /** Makes values of the words at one place, unless they are names. */
  private void generalize(int key, int depth, boolean isFirst, List<Integer> groups) {
    Set<KeySegment> words = new HashSet<>();
    Set<KeySegment> segments = new HashSet<>();
    long items = 0;
    for (int group : groups) {
      items += profile.group(group).items();
      KeySegment segment = shapes[group].key(key).get(depth).alone();
      segments.add(segment);
      if (!segment.isValue()) {
        words.add(segment);
      }
    }
    // a single word that is rare may be anything, and a value is nothing to be shown
    boolean usual = segments.size() == 1 && (isFirst || items >= USUAL);
    if (words.isEmpty() || usual || areOfElectroDb(key, depth, groups)) {
      return;
    }
    boolean names =
        segments.size() > 1 && isWorthIt(words.size(), key, depth, groups)
            || isFirst
                && areNames(words, key, depth, groups)
                && !areInterchangeable(key, depth, groups);
    if (!names) {
      setValues(key, depth, groups);
      return;
    }
    List<Integer> codes = new ArrayList<>();
    Set<KeySegment> codeWords = new HashSet<>();
    for (int group : groups) {
      KeySegment word = shapes[group].key(key).get(depth).alone();
      if (isCode(word)) {
        codes.add(group);
        codeWords.add(word);
      }
    }
    if (codeWords.size() > 1
        && codes.size() < groups.size()
        && !isWorthIt(codeWords.size(), key, depth, codes)) {
      setValues(key, depth, codes);
    }
  }

  private void setValues(int key, int depth, List<Integer> groups) {
    for (int group : groups) {
      set(group, key, depth, shapes[group].key(key).get(depth).asValue());
    }
  }

  private void set(int group, int key, int depth, KeySegment segment) {
    List<KeySegment> segments = new ArrayList<>(shapes[group].key(key));
    segments.set(depth, segment);
    shapes[group] = shapes[group].with(key, segments);
  }

  private static boolean isCode(KeySegment segment) {
    return segment.isWord() && segment.word().length() <= CODE;
  }

  // ---- words that follow from the other key

  /**
   * Makes words again of values that are the same wherever the other key is of the same shape: they
   * tell nothing that the other key does not, but they are part of what the keys look like.
   */
  private void restore(int key) {
    KeyShape[] seen = seen(profile);
    int deepest = deepest(key);
    for (int depth = 0; depth < deepest; depth++) {
      for (List<Integer> groups : places(key, depth).values()) {
        restore(key, depth, groups, seen);
      }
    }
  }

  private void restore(int key, int depth, List<Integer> groups, KeyShape[] seen) {
    Map<KeyShape, KeySegment> words = new LinkedHashMap<>();
    Map<KeyShape, Long> items = new LinkedHashMap<>();
    for (int group : groups) {
      KeySegment word = seen[group].key(key).get(depth);
      if (!shapes[group].key(key).get(depth).isValue() || word.isValue()) {
        return;
      }
      KeyShape other = shapes[group].with(key, List.of());
      KeySegment before = words.putIfAbsent(other, word);
      if (before != null && !before.equals(word)) {
        return;
      }
      items.merge(other, profile.group(group).items(), Long::sum);
    }
    if (items.values().stream().allMatch(count -> count >= USUAL)) {
      for (int group : groups) {
        set(group, key, depth, seen[group].key(key).get(depth));
      }
    }
  }

  /** ElectroDB writes names of entities behind a $, and those of attributes before a _. */
  private boolean areOfElectroDb(int key, int depth, List<Integer> groups) {
    for (int group : groups) {
      KeySegment segment = shapes[group].key(key).get(depth);
      boolean named = depth == 0 && segment.isWord() && segment.word().startsWith("$");
      if (!named && !segment.delimiter().equals("_")) {
        return false;
      }
    }
    return true;
  }

  private boolean areNames(Set<KeySegment> words, int key, int depth, List<Integer> groups) {
    boolean delimited = true;
    for (int group : groups) {
      KeySegment segment = shapes[group].key(key).get(depth);
      delimited &= !segment.isWord() || !segment.delimiter().isEmpty();
    }
    boolean codes = words.stream().filter(KeySegment::isWord).allMatch(KeyGeneralization::isCode);
    return words.size() <= FEW_NAMES && delimited && !codes;
  }

  /**
   * Whether behind each of some words is the same choice of other words: then they are those of
   * tenants or the like, and what follows them is what differs.
   */
  private boolean areInterchangeable(int key, int depth, List<Integer> groups) {
    Map<KeySegment, Set<KeyShape>> behind = new LinkedHashMap<>();
    Set<KeyShape> all = new HashSet<>();
    for (int group : groups) {
      List<KeySegment> rest = new ArrayList<>(shapes[group].key(key));
      KeySegment word = rest.get(depth).alone();
      rest.set(depth, rest.get(depth).asValue());
      KeyShape shape = shapes[group].with(key, rest);
      behind.computeIfAbsent(word, each -> new HashSet<>()).add(shape);
      all.add(shape);
    }
    long choices = behind.values().stream().mapToLong(Set::size).sum();
    return all.size() > 1 && choices >= SAME_CHOICE * all.size() * behind.size();
  }

  /** Whether items behind different words differ in their attributes. */
  private boolean isWorthIt(int words, int key, int depth, List<Integer> groups) {
    Map<KeyShape, AttributeCounts> wholes = new LinkedHashMap<>();
    Map<KeyShape, Map<KeySegment, AttributeCounts>> parts = new LinkedHashMap<>();
    long items = 0;
    for (int group : groups) {
      AttributeCounts counts = profile.group(group);
      items += counts.items();
      // what follows does not count: it may go with the words one to one
      KeyShape whole = shapes[group].with(key, shapes[group].key(key).subList(0, depth));
      if (whole.key(1 - key).stream().noneMatch(KeySegment::isWord)) {
        whole = whole.with(1 - key, List.of()); // values tell nothing, however they are cut
      }
      wholes.computeIfAbsent(whole, shape -> new AttributeCounts()).add(counts);
      parts
          .computeIfAbsent(whole, shape -> new LinkedHashMap<>())
          .computeIfAbsent(
              shapes[group].key(key).get(depth).alone(), segment -> new AttributeCounts())
          .add(counts);
    }
    if (words > FEW_IDS && words * 2L > items) {
      return false;
    }
    double gain = 0;
    for (Map.Entry<KeyShape, AttributeCounts> whole : wholes.entrySet()) {
      Collection<AttributeCounts> of = parts.get(whole.getKey()).values();
      AttributeCounts counts = whole.getValue();
      gain += counts.items() * (MarkerWorth.similarity(of, counts) - counts.similarity());
    }
    return gain >= MarkerWorth.LEAST_GAIN * items;
  }
}
