package io.dynamodblake.schema;

import io.dynamodblake.type.NameHash;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The entries of maps at one place: a {@link ValueProfile} for each key. What happens when there
 * are too many keys depends on the place, and not on the order in which items are seen or profiles
 * merged:
 *
 * <ul>
 *   <li>Inside an item, a map with more than {@link ProfileLimits#maxFields} distinct keys is
 *       open-ended: the keys are forgotten and their profiles merged into one.
 *   <li>The attributes of the item itself stay apart. Of more than {@link
 *       ProfileLimits#maxAttributes} names the first ones are kept in this order: fewest digits in
 *       the name, shortest, byte order. Names that programs make up (ids, dates) are thus forgotten
 *       before names that people chose. A name that is kept has all its values.
 * </ul>
 */
public final class MapProfile {
  private final ProfileLimits limits;
  private final boolean collapses;

  private byte[][] names = new byte[8][];
  private int[] hashes = new int[8];
  private int[] numbers = new int[8]; // as given with the name last
  private ValueProfile[] values = new ValueProfile[8];
  private int size;
  private int[] slots = new int[16]; // index + 1, open addressing; twice as long as names
  private int cursor = -1;

  private long entries;
  private ValueProfile open;
  private byte[] lastKept; // once names had to be forgotten: the last name that was kept

  private MapProfile(ProfileLimits limits, boolean collapses) {
    this.limits = limits;
    this.collapses = collapses;
  }

  static MapProfile collapsing(ProfileLimits limits) {
    return new MapProfile(limits, true);
  }

  static MapProfile ofItems(ProfileLimits limits) {
    return new MapProfile(limits, false);
  }

  // ---- filling

  /** Says that the next entry is the first of a map. */
  void restart() {
    cursor = -1;
  }

  /** Stands for no number. */
  public static final int NO_NUMBER = 0;

  /**
   * Returns where the value of the next entry goes, if its name is the usual one behind the name
   * before it.
   *
   * @param number as for {@link #entry}
   * @return null if it is not, or that is not known; then comes {@link #entry}
   */
  public ValueProfile usualEntry(int number) {
    int next = cursor + 1;
    if (open != null || next >= size || numbers[next] != number || number == NO_NUMBER) {
      return null;
    }
    entries++;
    cursor = next;
    return values[next];
  }

  /**
   * Returns where the value of the next entry goes.
   *
   * @param hash of the name as {@link NameHash} computes it
   * @param number one that no other name has, the same each time or not; or {@link #NO_NUMBER}
   * @return null where the name is beyond the limit of attributes; its value is then only counted
   */
  public ValueProfile entry(byte[] name, int start, int end, int hash, int number) {
    entries++;
    if (open != null) {
      return open;
    }
    // items mostly have their attributes in one order, so the entry is mostly the one after the
    // last
    int next = cursor + 1;
    if (next < size
        && hashes[next] == hash
        && Arrays.equals(names[next], 0, names[next].length, name, start, end)) {
      cursor = next;
      numbers[next] = number;
      return values[next];
    }
    int index = find(name, start, end, hash);
    if (index >= 0) {
      cursor = index;
      numbers[index] = number;
      return values[index];
    }
    return add(Arrays.copyOfRange(name, start, end), hash, null);
  }

  private int find(byte[] name, int start, int end, int hash) {
    int mask = slots.length - 1;
    for (int slot = spread(hash) & mask; slots[slot] != 0; slot = slot + 1 & mask) {
      int index = slots[slot] - 1;
      if (hashes[index] == hash
          && Arrays.equals(names[index], 0, names[index].length, name, start, end)) {
        return index;
      }
    }
    return -1;
  }

  private static int spread(int hash) {
    return hash * 0x9E3779B9 >>> 7;
  }

  private ValueProfile add(byte[] name, int hash, ValueProfile given) {
    if (collapses && size == limits.maxFields()) {
      collapse();
      if (given != null) {
        open.merge(given);
      }
      return open;
    }
    if (!collapses) {
      if (lastKept != null && compareForKeeping(name, lastKept) > 0) {
        return null;
      }
      // some slack, so that forgetting is not done name by name
      if (size >= limits.maxAttributes() + limits.maxAttributes() / 4 + 16) {
        forgetBeyondLimit();
        return add(name, hash, given);
      }
    }
    if (size == names.length) {
      resize(size * 2);
    }
    names[size] = name;
    hashes[size] = hash;
    numbers[size] = NO_NUMBER;
    values[size] = given != null ? given : new ValueProfile(limits);
    link(size);
    cursor = size;
    return values[size++];
  }

  private void link(int index) {
    int mask = slots.length - 1;
    int slot = spread(hashes[index]) & mask;
    while (slots[slot] != 0) {
      slot = slot + 1 & mask;
    }
    slots[slot] = index + 1;
  }

  private void resize(int capacity) {
    names = Arrays.copyOf(names, capacity);
    hashes = Arrays.copyOf(hashes, capacity);
    numbers = Arrays.copyOf(numbers, capacity);
    values = Arrays.copyOf(values, capacity);
    relink(capacity);
  }

  private void relink(int capacity) {
    slots = new int[Integer.highestOneBit(Math.max(8, capacity - 1)) * 4];
    for (int i = 0; i < size; i++) {
      link(i);
    }
  }

  private void collapse() {
    open = new ValueProfile(limits);
    for (int i = 0; i < size; i++) {
      open.merge(values[i]);
    }
    size = 0;
    names = null;
    hashes = null;
    numbers = null;
    values = null;
    slots = null;
  }

  private void forgetBeyondLimit() {
    if (collapses || size <= limits.maxAttributes()) {
      return;
    }
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (left, right) -> compareForKeeping(names[left], names[right]));
    int kept = limits.maxAttributes();
    lastKept = names[order[kept - 1]];
    byte[][] keptNames = new byte[kept][];
    int[] keptHashes = new int[kept];
    ValueProfile[] keptValues = new ValueProfile[kept];
    for (int i = 0; i < kept; i++) {
      keptNames[i] = names[order[i]];
      keptHashes[i] = hashes[order[i]];
      keptValues[i] = values[order[i]];
    }
    names = keptNames;
    hashes = keptHashes;
    numbers = new int[kept]; // come again with the names
    values = keptValues;
    size = kept;
    cursor = -1;
    relink(kept);
  }

  /** A total order of names alone: that is what makes keeping the first ones associative. */
  private static int compareForKeeping(byte[] left, byte[] right) {
    int order = Integer.compare(digits(left), digits(right));
    if (order == 0) {
      order = Integer.compare(left.length, right.length);
    }
    return order != 0 ? order : Arrays.compareUnsigned(left, right);
  }

  private static int digits(byte[] name) {
    int digits = 0;
    for (byte character : name) {
      if (character >= '0' && character <= '9') {
        digits++;
      }
    }
    return digits;
  }

  void merge(MapProfile other) {
    entries += other.entries;
    if (open != null || other.open != null) {
      if (open == null) {
        collapse();
      }
      if (other.open != null) {
        open.merge(other.open);
      } else {
        for (int i = 0; i < other.size; i++) {
          open.merge(other.values[i]);
        }
      }
      return;
    }
    if (other.lastKept != null
        && (lastKept == null || compareForKeeping(other.lastKept, lastKept) < 0)) {
      lastKept = other.lastKept;
      forgetAfterLastKept();
    }
    for (int i = 0; i < other.size; i++) {
      int index =
          open != null ? -1 : find(other.names[i], 0, other.names[i].length, other.hashes[i]);
      if (open != null) {
        open.merge(other.values[i]);
      } else if (index >= 0) {
        values[index].merge(other.values[i]);
      } else {
        add(other.names[i], other.hashes[i], other.values[i]);
      }
    }
    cursor = -1;
  }

  private void forgetAfterLastKept() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (compareForKeeping(names[i], lastKept) <= 0) {
        names[kept] = names[i];
        hashes[kept] = hashes[i];
        numbers[kept] = numbers[i];
        values[kept++] = values[i];
      }
    }
    Arrays.fill(names, kept, size, null);
    Arrays.fill(values, kept, size, null);
    size = kept;
    cursor = -1;
    relink(names.length);
  }

  // ---- reading

  /** Returns whether there were so many keys that they were forgotten. */
  public boolean isOpen() {
    return open != null;
  }

  /** Returns the number of distinct keys that are known. */
  public int size() {
    forgetBeyondLimit();
    return size;
  }

  /**
   * Returns the known keys and their values, in code-point order of the keys; empty for an
   * open-ended map.
   */
  public SortedMap<String, ValueProfile> byName() {
    forgetBeyondLimit();
    TreeMap<String, ValueProfile> sorted = new TreeMap<>(ColumnNames.CODE_POINT_ORDER);
    for (int i = 0; i < size; i++) {
      sorted.put(new String(names[i], StandardCharsets.UTF_8), values[i]);
    }
    return Collections.unmodifiableSortedMap(sorted);
  }

  /** Returns the values of one key, if it is known. */
  public Optional<ValueProfile> field(String name) {
    forgetBeyondLimit();
    if (open != null) {
      return Optional.empty();
    }
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    int index = find(bytes, 0, bytes.length, NameHash.of(bytes, 0, bytes.length));
    return index < 0 ? Optional.empty() : Optional.of(values[index]);
  }

  /** Returns the values of all keys of an open-ended map as one; empty for any other map. */
  public Optional<ValueProfile> open() {
    return Optional.ofNullable(open);
  }

  /** Returns the number of entries over all maps. */
  /** All values as one, whatever their keys; those of each key stay as they are. */
  ValueProfile merged() {
    ValueProfile all = new ValueProfile(limits);
    if (open != null) {
      all.merge(copy(open));
    }
    for (ValueProfile value : byName().values()) {
      all.merge(copy(value));
    }
    return all;
  }

  /** What is merged may be taken over. */
  private ValueProfile copy(ValueProfile value) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      value.write(new DataOutputStream(bytes));
      return ValueProfile.read(
          new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())), limits);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array does not fail
    }
  }

  /** Returns the number of entries over all maps. */
  public long entries() {
    return entries;
  }

  /**
   * Returns the number of entries whose names are not known because they are beyond the limit of
   * attributes.
   */
  public long forgottenEntries() {
    if (open != null) {
      return 0;
    }
    forgetBeyondLimit();
    long known = 0;
    for (int i = 0; i < size; i++) {
      known += values[i].total();
    }
    return entries - known;
  }

  /** Returns how many distinct keys a map may have before it is open-ended. */
  public int maxFields() {
    return limits.maxFields();
  }

  // ---- travelling

  void write(DataOutput out) throws IOException {
    forgetBeyondLimit();
    VarInts.write(out, entries);
    out.writeBoolean(open != null);
    if (open != null) {
      open.write(out);
      return;
    }
    Integer[] order = new Integer[size];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, (left, right) -> Arrays.compareUnsigned(names[left], names[right]));
    VarInts.write(out, lastKept == null ? 0 : lastKept.length + 1L);
    if (lastKept != null) {
      out.write(lastKept);
    }
    VarInts.write(out, size);
    for (int index : order) {
      VarInts.write(out, names[index].length);
      out.write(names[index]);
      values[index].write(out);
    }
  }

  static MapProfile read(DataInput in, ProfileLimits limits, boolean ofItems) throws IOException {
    MapProfile profile = new MapProfile(limits, !ofItems);
    profile.entries = VarInts.read(in);
    if (in.readBoolean()) {
      profile.open = ValueProfile.read(in, limits);
      profile.names = null;
      profile.hashes = null;
      profile.numbers = null;
      profile.values = null;
      profile.slots = null;
      return profile;
    }
    int lastKeptLength = (int) VarInts.read(in) - 1;
    byte[] lastKept = lastKeptLength < 0 ? null : bytes(in, lastKeptLength);
    int size = (int) VarInts.read(in);
    for (int i = 0; i < size; i++) {
      byte[] name = bytes(in, (int) VarInts.read(in));
      // hashes hold in one JVM only
      int hash = NameHash.of(name, 0, name.length);
      profile.add(name, hash, ValueProfile.read(in, limits));
    }
    profile.lastKept = lastKept;
    profile.cursor = -1;
    return profile;
  }

  private static byte[] bytes(DataInput in, int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  /** Compares by content, as {@link ValueProfile#equals} does. */
  @Override
  public boolean equals(Object other) {
    return other instanceof MapProfile that
        && entries == that.entries
        && Objects.equals(open, that.open)
        && byName().equals(that.byName());
  }

  @Override
  public int hashCode() {
    return Objects.hash(entries, open);
  }
}
