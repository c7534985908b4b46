package io.dynamodblake.schema.entity;

import io.dynamodblake.schema.Lifetime;
import io.dynamodblake.type.NameHash;
import io.dynamodblake.type.TextNumbers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What was seen of the items of a table that may tell their kinds: the shapes of their keys, the
 * texts of attributes that may be markers, and for each combination how many items have which
 * attributes. Profiles of parts of a table merge into that of the whole, and travel as bytes;
 * {@link EntityDetection} makes rules of them.
 *
 * <p>Its size is bounded, whatever the items are: where there are too many shapes, fewer words are
 * taken for words, and attributes with too many texts are taken for no markers. Not safe for use by
 * several threads.
 *
 * <p>An item is told by calls of {@link #begin}, {@link #attribute} with one of the others for each
 * attribute, and {@link #end}.
 */
public final class EntityProfile {
  /** What an attribute is looked at for. */
  public enum Role {
    /** Only whether it is there. */
    PRESENCE,
    /** A text, for the values of a marker: {@link EntityProfile#marker}. */
    MARKER,
    /** A key: {@link EntityProfile#key} for a text, {@link EntityProfile#untypedKey} otherwise. */
    KEY,
    /** A moment: {@link EntityProfile#expiry}. */
    TTL,
    /** Whether the item is deleted for its application: {@link EntityProfile#softDeleted}. */
    DELETED
  }

  /** Number of no attribute: there are too many names. */
  public static final int UNKNOWN = -1;

  static final int SOFT_DELETED = 0;
  static final int EXPIRED = 1;
  static final int FIRST_ATTRIBUTE = 2;

  private static final int MOST_ATTRIBUTES = 512;
  private static final int MOST_GROUPS = 4096;
  private static final long MOST_NUMBERS = 4_000_000; // 32 MB
  private static final int LOOKED_AT_EVERY = 2048;
  private static final int JUDGED_FROM = 4096;
  private static final int MOST_KEYS = 2;
  private static final int EARLY_ITEMS = 256;
  private static final byte[] NO_KEY = {};
  private static final byte[] UNTYPED = {KeyTrie.VALUE};

  private final EntityHints hints;
  private List<String> keys;

  private final List<String> names = new ArrayList<>(); // of attributes, from FIRST_ATTRIBUTE
  private final TextNumbers numbers = new TextNumbers(); // of the names
  private Role[] roles = new Role[16];
  private MarkerValues[] markers = new MarkerValues[16];

  private final KeyTrie[] tries = {new KeyTrie(), new KeyTrie()};
  private final int[] mergesSeen = new int[MOST_KEYS];
  private PairTable groups = new PairTable(); // by shapes of both keys
  private KeyTrie.Node[][] groupNodes = new KeyTrie.Node[16][];
  private int firstKey = UNKNOWN; // number of its name
  private List<EarlyItem> early = new ArrayList<>(); // null once they are counted
  private final byte[][] earlyKeys = new byte[MOST_KEYS][];
  private long items;

  // the present item
  private int[] present = new int[64];
  private int presentCount;
  private final KeyTrie.Node[] shapes = new KeyTrie.Node[MOST_KEYS];
  private int[] markerAttributes = new int[16];
  private int[] markerTexts = new int[16];
  private int markerCount;

  /** An item that is not counted yet; keys are null where there is none. */
  private record EarlyItem(
      int[] present, int[] markerAttributes, int[] markerTexts, byte[][] keys) {}

  /** Begins without any item. */
  public EntityProfile(EntityHints hints) {
    this.hints = hints;
    this.keys = hints.keys().isEmpty() ? null : hints.keys();
  }

  /** Returns what was known before. */
  public EntityHints hints() {
    return hints;
  }

  // ---- filling

  /** Begins an item. */
  public void begin() {
    presentCount = 0;
    markerCount = 0;
    shapes[0] = tries[0].absent();
    shapes[1] = tries[1].absent();
    earlyKeys[0] = null;
    earlyKeys[1] = null;
  }

  /**
   * Tells which keys the table has, by the attributes of its first item, unless that is known.
   *
   * @param attributes names of all attributes of the item
   */
  public void guessKeys(List<String> attributes) {
    if (keys == null) {
      keys = UsualNames.keys(attributes);
    }
  }

  /** Whether {@link #guessKeys} has yet to be called. */
  public boolean knowsNoKeys() {
    return keys == null;
  }

  int number(byte[] bytes, int start, int end) {
    return number(bytes, start, end, NameHash.of(bytes, start, end));
  }

  /**
   * Returns the number of an attribute's name; {@link #UNKNOWN} if there are too many.
   *
   * @param hash of the name, as {@link NameHash} computes it
   */
  public int number(byte[] bytes, int start, int end, int hash) {
    int index = numbers.find(bytes, start, end, hash);
    if (index != TextNumbers.NONE) {
      return index + FIRST_ATTRIBUTE;
    }
    return names.size() == MOST_ATTRIBUTES
        ? UNKNOWN
        : addName(Arrays.copyOfRange(bytes, start, end));
  }

  private int addName(byte[] name) {
    int index = numbers.add(name);
    String text = new String(name, StandardCharsets.UTF_8);
    names.add(text);
    if (index == roles.length) {
      roles = Arrays.copyOf(roles, index * 2);
      markers = Arrays.copyOf(markers, index * 2);
    }
    roles[index] = role(text);
    if (roles[index] == Role.MARKER) {
      markers[index] = new MarkerValues(KnownMarkers.isKnown(text));
    }
    return index + FIRST_ATTRIBUTE;
  }

  private Role role(String name) {
    if (keys != null && keys.contains(name)) {
      if (name.equals(keys.get(0))) {
        firstKey = names.size() - 1 + FIRST_ATTRIBUTE;
      }
      return Role.KEY;
    }
    if (name.equals(Lifetime.DELETED)) {
      return Role.DELETED;
    }
    boolean ttl =
        hints.ttlAttribute().isEmpty()
            ? Lifetime.isExpiry(name)
            : hints.ttlAttribute().equals(name);
    if (ttl) {
      return Role.TTL;
    }
    return KnownMarkers.isNone(name) ? Role.PRESENCE : Role.MARKER;
  }

  /** Says that the item has an attribute, and returns what else is of interest. */
  public Role attribute(int number) {
    if (presentCount == present.length) {
      present = Arrays.copyOf(present, presentCount * 2);
    }
    present[presentCount++] = number;
    return roles[number - FIRST_ATTRIBUTE];
  }

  /** Gives the text of an attribute that may be a marker. */
  public void marker(int number, byte[] bytes, int start, int end) {
    MarkerValues values = markers[number - FIRST_ATTRIBUTE];
    int text = values.number(bytes, start, end);
    if (text < 0) {
      roles[number - FIRST_ATTRIBUTE] = Role.PRESENCE;
      return;
    }
    if (markerCount == markerTexts.length) {
      markerTexts = Arrays.copyOf(markerTexts, markerCount * 2);
      markerAttributes = Arrays.copyOf(markerAttributes, markerCount * 2);
    }
    markerAttributes[markerCount] = number - FIRST_ATTRIBUTE;
    markerTexts[markerCount++] = text;
  }

  /** Gives the text of a key. */
  public void key(int number, byte[] bytes, int start, int end) {
    int key = keyOf(number);
    if (early != null) {
      earlyKeys[key] = Arrays.copyOfRange(bytes, start, end);
      return;
    }
    shapes[key] = tries[key].shape(bytes, start, end);
  }

  /** Says that a key is a number or a binary value. */
  public void untypedKey(int number) {
    int key = keyOf(number);
    earlyKeys[key] = UNTYPED;
    shapes[key] = tries[key].untyped();
  }

  private int keyOf(int number) {
    return number == firstKey ? 0 : 1;
  }

  /** Gives the moment at which the item expires, in seconds since 1970. */
  public void expiry(long seconds) {
    if (seconds <= hints.at() && seconds > hints.at() - Lifetime.MOST_SECONDS_OVER) {
      flag(EXPIRED);
    }
  }

  /** Says that the item is deleted for its application. */
  public void softDeleted() {
    flag(SOFT_DELETED);
  }

  /** Adds what is counted like an attribute, once. */
  private void flag(int number) {
    for (int i = 0; i < presentCount; i++) {
      if (present[i] == number) {
        return;
      }
    }
    if (presentCount == present.length) {
      present = Arrays.copyOf(present, presentCount * 2);
    }
    present[presentCount++] = number;
  }

  /** Ends an item. */
  public void end() {
    if (early != null) {
      early.add(
          new EarlyItem(
              Arrays.copyOf(present, presentCount),
              Arrays.copyOf(markerAttributes, markerCount),
              Arrays.copyOf(markerTexts, markerCount),
              new byte[][] {earlyKeys[0], earlyKeys[1]}));
      if (early.size() == EARLY_ITEMS) {
        settle();
      }
      return;
    }
    count();
  }

  /**
   * Counts the first items, which are kept until enough of their keys are known to tell by what
   * their parts are separated.
   */
  void settle() {
    if (early == null) {
      return;
    }
    List<EarlyItem> kept = early;
    early = null;
    for (int key = 0; key < MOST_KEYS; key++) {
      for (EarlyItem item : kept) {
        if (item.keys[key] != null) {
          tries[key].look(item.keys[key]);
        }
      }
    }
    for (EarlyItem item : kept) {
      presentCount = item.present.length;
      System.arraycopy(item.present, 0, present, 0, presentCount);
      markerCount = item.markerTexts.length;
      System.arraycopy(item.markerAttributes, 0, markerAttributes, 0, markerCount);
      System.arraycopy(item.markerTexts, 0, markerTexts, 0, markerCount);
      for (int key = 0; key < MOST_KEYS; key++) {
        shapes[key] = tries[key].shapeOfPath(item.keys[key] == null ? NO_KEY : item.keys[key]);
      }
      count();
    }
  }

  private void count() {
    items++;
    if (tries[0].merges() != mergesSeen[0] || tries[1].merges() != mergesSeen[1]) {
      regroup();
    }
    int known = names.size() + FIRST_ATTRIBUTE;
    int group = group(shapes[0].now(), shapes[1].now());
    groups.counts(group).add(present, presentCount, known);
    for (int i = 0; i < markerCount; i++) {
      MarkerValues values = markers[markerAttributes[i]];
      if (!values.isClosed()) {
        PairTable cells = values.cells();
        cells.counts(cells.index(markerTexts[i], group)).add(present, presentCount, known);
      }
    }
    if ((items & LOOKED_AT_EVERY - 1) == 0
        || items < LOOKED_AT_EVERY && Long.bitCount(items) == 1) {
      keepSmall();
    }
    if (items >= JUDGED_FROM && Long.bitCount(items) == 1) {
      MarkerWorth.closeWorthless(this);
    }
  }

  private int group(KeyTrie.Node first, KeyTrie.Node second) {
    int group = groups.index(first.id(), second.id());
    if (group >= groupNodes.length) {
      groupNodes = Arrays.copyOf(groupNodes, group * 2);
    }
    if (groupNodes[group] == null) {
      groupNodes[group] = new KeyTrie.Node[] {first, second};
    }
    return group;
  }

  // ---- staying small

  /** Puts groups together whose shapes have become the same. */
  private void regroup() {
    KeyTrie.Node[][] nodes = groupNodes;
    KeyTrie.Node[][] now = new KeyTrie.Node[groups.size()][];
    for (int i = 0; i < now.length; i++) {
      now[i] = new KeyTrie.Node[] {nodes[i][0].now(), nodes[i][1].now()};
    }
    regroup(now);
  }

  private void regroup(KeyTrie.Node[][] nodes) {
    PairTable before = groups;
    groups = new PairTable();
    groupNodes = new KeyTrie.Node[16][];
    int[] numbers = new int[before.size()];
    for (int i = 0; i < before.size(); i++) {
      numbers[i] = group(nodes[i][0], nodes[i][1]);
      groups.counts(numbers[i]).add(before.counts(i));
    }
    for (MarkerValues values : markers) {
      if (values != null && !values.isClosed()) {
        PairTable cells = new PairTable();
        PairTable old = values.cells();
        for (int i = 0; i < old.size(); i++) {
          cells.counts(cells.index(old.first(i), numbers[old.second(i)])).add(old.counts(i));
        }
        values.cells(cells);
      }
    }
    mergesSeen[0] = tries[0].merges();
    mergesSeen[1] = tries[1].merges();
  }

  private void keepSmall() {
    for (int key = 0; key < MOST_KEYS; key++) {
      if (tries[key].hasAnotherSeparator()) {
        restart(key);
      }
    }
    while (groups.size() > MOST_GROUPS && !(tries[0].isSmallest() && tries[1].isSmallest())) {
      shrink();
    }
    while (numbers() > MOST_NUMBERS && closeLargest()) {
      // less is left each time
    }
    while (numbers() > MOST_NUMBERS && !(tries[0].isSmallest() && tries[1].isSmallest())) {
      shrink();
    }
  }

  private void shrink() {
    tries[0].shrink();
    tries[1].shrink();
    regroup();
  }

  /** Makes the shapes of a key anew, with the separator that it usually has. */
  private void restart(int key) {
    byte[][] paths = new byte[groups.size()][];
    for (int i = 0; i < paths.length; i++) {
      paths[i] = groupNodes[i][key].now().path();
    }
    tries[key].restart();
    KeyTrie.Node[][] nodes = new KeyTrie.Node[paths.length][];
    for (int i = 0; i < paths.length; i++) {
      nodes[i] = groupNodes[i].clone();
      nodes[i][key] = tries[key].shapeOfPath(paths[i]);
    }
    for (KeyTrie.Node[] each : nodes) {
      each[0] = each[0].now();
      each[1] = each[1].now();
    }
    regroup(nodes);
  }

  private long numbers() {
    long numbers = groups.numbers();
    for (MarkerValues values : markers) {
      numbers += values == null ? 0 : values.cells().numbers();
    }
    return numbers;
  }

  private boolean closeLargest() {
    MarkerValues largest = null;
    for (MarkerValues values : markers) {
      if (values != null
          && !values.isClosed()
          && (largest == null || values.cells().numbers() > largest.cells().numbers())) {
        largest = values;
      }
    }
    if (largest != null) {
      largest.close();
    }
    return largest != null;
  }

  /**
   * Adds everything the other one has seen. Where the two have told the keys differently, one keeps
   * its own, and nothing is known of the shapes of the other's.
   */
  public void merge(EntityProfile other) {
    settle();
    other.settle();
    if (other.items == 0) {
      return;
    }
    boolean sameKeys = true;
    if (items == 0 || keys == null) {
      keys = other.keys;
    } else if (!keys.equals(other.keys)) {
      sameKeys = false;
      if (UsualNames.rank(other.keys) < UsualNames.rank(keys)) {
        forgetShapes();
        keys = other.keys;
        sameKeys = true;
      }
    }
    for (int key = 0; key < MOST_KEYS && sameKeys; key++) {
      tries[key].addSeparatorCounts(other.tries[key].separatorCounts());
      if (tries[key].hasAnotherSeparator()) {
        restart(key);
      }
    }
    EntityProfileBytes.merge(this, other, sameKeys);
    items += other.items;
    regroup();
    keepSmall();
  }

  private void forgetShapes() {
    KeyTrie.Node[][] nodes = new KeyTrie.Node[groups.size()][];
    Arrays.setAll(nodes, i -> new KeyTrie.Node[] {tries[0].absent(), tries[1].absent()});
    regroup(nodes);
  }

  /** Returns everything in a compact form for {@link #fromBytes}. */
  public byte[] toBytes() {
    settle();
    return EntityProfileBytes.write(this);
  }

  /** Reads {@link #toBytes()} of the same version back, with the same hints. */
  public static EntityProfile fromBytes(byte[] bytes, EntityHints hints) {
    return EntityProfileBytes.read(bytes, hints);
  }

  // ---- for those who merge and read

  /** Returns how many items were seen. */
  public long items() {
    return early == null ? items : early.size();
  }

  void items(long count) {
    early = null;
    items = count;
  }

  List<String> keys() {
    return keys == null ? List.of() : keys;
  }

  /** Names of the attributes that are taken for moments at which items expire. */
  List<String> ttlAttributes() {
    List<String> attributes = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (roles[i] == Role.TTL) {
        attributes.add(names.get(i));
      }
    }
    return attributes;
  }

  void keys(List<String> newKeys) {
    keys = newKeys;
  }

  List<String> names() {
    return names;
  }

  String name(int number) {
    return names.get(number - FIRST_ATTRIBUTE);
  }

  KeyTrie trie(int key) {
    return tries[key];
  }

  /** The values of the attribute with a number of {@link #names}; null if it is none. */
  MarkerValues markerAt(int index) {
    return markers[index];
  }

  /** Says that an attribute is no marker, because it is none in another part of the table. */
  void closeMarker(int index) {
    if (markers[index] != null) {
      markers[index].close();
      roles[index] = Role.PRESENCE;
    }
  }

  int groupCount() {
    return groups.size();
  }

  AttributeCounts group(int group) {
    return groups.counts(group);
  }

  KeyTrie.Node shape(int group, int key) {
    return groupNodes[group][key].now();
  }

  /** The number of the group of two shapes, after all that have become one are put together. */
  int groupOf(KeyTrie.Node first, KeyTrie.Node second) {
    if (tries[0].merges() != mergesSeen[0] || tries[1].merges() != mergesSeen[1]) {
      regroup();
    }
    return group(first.now(), second.now());
  }
}
