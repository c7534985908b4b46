package io.dynamodblake.schema;

import io.dynamodblake.type.Descriptor;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;

/**
 * What was seen at one place (an attribute, a map key, the elements of a list, the members of a
 * set) over all items. It is filled value by value, merges in any order with the same result, and
 * stays small whatever the number of values.
 *
 * <p>Filling: for each value first the method of its descriptor, then its parts into what that
 * method returns, then {@link #size}. Not safe for use by several threads.
 */
public final class ValueProfile {
  private final ProfileLimits limits;
  private final long[] counts = new long[Descriptor.COUNT];
  private long rawBytes;
  private long sizeBytes;
  private long emptyLists;
  private long emptyMaps;
  private NumberProfile number;
  private LengthProfile text;
  private TextForms forms;
  private LengthProfile binary;
  private ValueProfile element;
  private ValueProfile member;
  private MapProfile fields;
  private final ValueDetails details; // null where nobody asked

  /** Begins without any value. */
  public ValueProfile(ProfileLimits limits) {
    this(limits, limits.details() ? new ValueDetails() : null);
  }

  private ValueProfile(ProfileLimits limits, ValueDetails details) {
    this.limits = Objects.requireNonNull(limits, "limits is null");
    this.details = details;
  }

  // ---- filling

  /**
   * Observes an S of that many UTF-8 bytes.
   *
   * @return whether what it is, too, is to be observed, by {@link #textForms}
   */
  public boolean text(int length) {
    counts[Descriptor.S.ordinal()]++;
    if (text == null) {
      text = new LengthProfile();
      forms = new TextForms();
    }
    text.observe(length);
    return forms.isOpen();
  }

  /** Observes an N, from its checked digits. */
  public void number(byte[] ascii, int start, int end) {
    counts[Descriptor.N.ordinal()]++;
    if (number == null) {
      number = new NumberProfile();
    }
    number.observe(ascii, start, end);
  }

  /**
   * Observes an N that is {@code unscaled} times ten to the minus {@code scale}.
   *
   * @param unscaled of at most 18 digits
   * @param scale 0 to 18
   */
  public void number(long unscaled, int scale) {
    counts[Descriptor.N.ordinal()]++;
    if (number == null) {
      number = new NumberProfile();
    }
    number.observe(unscaled, scale);
  }

  /** Observes a B of that many bytes, decoded. */
  public void binary(int length) {
    counts[Descriptor.B.ordinal()]++;
    if (binary == null) {
      binary = new LengthProfile();
    }
    binary.observe(length);
  }

  /** Observes a BOOL. */
  public void bool() {
    counts[Descriptor.BOOL.ordinal()]++;
  }

  /** Observes a NULL. */
  public void nullValue() {
    counts[Descriptor.NULL.ordinal()]++;
  }

  /** Observes an L; its elements go into what is returned. */
  public ValueProfile list(int elements) {
    counts[Descriptor.L.ordinal()]++;
    if (elements == 0) {
      emptyLists++;
    }
    if (element == null) {
      element = new ValueProfile(limits);
    }
    return element;
  }

  /** Observes an M; its entries go into what is returned. */
  public MapProfile map(int entries) {
    counts[Descriptor.M.ordinal()]++;
    if (entries == 0) {
      emptyMaps++;
    }
    if (fields == null) {
      fields = MapProfile.collapsing(limits);
    }
    fields.restart();
    return fields;
  }

  /** Observes an SS, NS or BS; its members go into what is returned, as S, N or B. */
  public ValueProfile set(Descriptor descriptor) {
    if (!descriptor.isSet()) {
      throw new IllegalArgumentException("Not a set: " + descriptor);
    }
    counts[descriptor.ordinal()]++;
    if (member == null) {
      member = new ValueProfile(limits);
    }
    return member;
  }

  /**
   * Observes the sizes of a value that has just been observed.
   *
   * @param raw bytes in the data file, descriptor and name included
   * @param bytes size as DynamoDB counts it, name included
   */
  public void size(long raw, long bytes) {
    rawBytes += raw;
    sizeBytes += bytes;
  }

  /**
   * Returns where the details of a value go that has just been observed; null where nobody asked.
   */
  public ValueDetails fillDetails() {
    return details;
  }

  /**
   * Adds everything the other one has seen. Parts of it may be taken over, so it must not be used
   * any more.
   */
  public void merge(ValueProfile other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    rawBytes += other.rawBytes;
    sizeBytes += other.sizeBytes;
    emptyLists += other.emptyLists;
    emptyMaps += other.emptyMaps;
    if (number == null) {
      number = other.number;
    } else if (other.number != null) {
      number.merge(other.number);
    }
    if (text == null) {
      text = other.text;
      forms = other.forms;
    } else if (other.text != null) {
      text.merge(other.text);
      forms.merge(other.forms);
    }
    if (binary == null) {
      binary = other.binary;
    } else if (other.binary != null) {
      binary.merge(other.binary);
    }
    if (element == null) {
      element = other.element;
    } else if (other.element != null) {
      element.merge(other.element);
    }
    if (member == null) {
      member = other.member;
    } else if (other.member != null) {
      member.merge(other.member);
    }
    if (fields == null) {
      fields = other.fields;
    } else if (other.fields != null) {
      fields.merge(other.fields);
    }
    if (details != null && other.details != null) {
      details.merge(other.details);
    }
  }

  // ---- reading

  /** Returns how many values had this descriptor. */
  public long count(Descriptor descriptor) {
    return counts[descriptor.ordinal()];
  }

  /** Returns how many values there were, NULL included. */
  public long total() {
    return Arrays.stream(counts).sum();
  }

  /** Returns how many different descriptors were seen, NULL not counted. */
  public int kinds() {
    int kinds = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0 && i != Descriptor.NULL.ordinal()) {
        kinds++;
      }
    }
    return kinds;
  }

  /**
   * Returns the most frequent descriptor, NULL not counted; of equally frequent ones the first of
   * S, N, B, BOOL, L, M, SS, NS, BS. Empty if there is nothing but NULL.
   */
  public Optional<Descriptor> dominant() {
    Descriptor dominant = null;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > (dominant == null ? 0 : counts[dominant.ordinal()])
          && i != Descriptor.NULL.ordinal()) {
        dominant = Descriptor.ofOrdinal(i);
      }
    }
    return Optional.ofNullable(dominant);
  }

  /** Returns the bytes in the data files, uncompressed, descriptors and names included. */
  public long rawBytes() {
    return rawBytes;
  }

  /** Returns the bytes as DynamoDB counts them, names included. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /** Returns how many L values had no element. */
  public long emptyLists() {
    return emptyLists;
  }

  /** Returns how many M values had no entry. */
  public long emptyMaps() {
    return emptyMaps;
  }

  /** Returns the N values, if there are any. */
  public Optional<NumberProfile> number() {
    return Optional.ofNullable(number);
  }

  /** Returns the lengths of S values, if there are any. */
  public Optional<LengthProfile> text() {
    return Optional.ofNullable(text);
  }

  /** Returns what the S values have in common; only to be asked where there are any. */
  public TextForms textForms() {
    return forms;
  }

  /** Returns the lengths of B values, if there are any. */
  public Optional<LengthProfile> binary() {
    return Optional.ofNullable(binary);
  }

  /** Returns the elements of all L values; present but without values where every list is empty. */
  public Optional<ValueProfile> element() {
    return Optional.ofNullable(element);
  }

  /** Returns the members of all sets of whatever kind, as S, N or B. */
  public Optional<ValueProfile> member() {
    return Optional.ofNullable(member);
  }

  /** Returns what is in lists, or in sets, as a sequence of that descriptor has it. */
  Optional<ValueProfile> parts(Descriptor sequence) {
    return sequence == Descriptor.L ? element() : member();
  }

  /** Returns the entries of all M values. */
  public Optional<MapProfile> fields() {
    return Optional.ofNullable(fields);
  }

  /** Returns the details; empty where nobody asked for them. */
  public Optional<ValueDetails> details() {
    return Optional.ofNullable(details);
  }

  // ---- travelling

  private static final int HAS_NUMBER = 1;
  private static final int HAS_TEXT = 2;
  private static final int HAS_BINARY = 4;
  private static final int HAS_ELEMENT = 8;
  private static final int HAS_MEMBER = 16;
  private static final int HAS_FIELDS = 32;
  private static final int HAS_DETAILS = 64;

  void write(DataOutput out) throws IOException {
    int seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen |= counts[i] > 0 ? 1 << i : 0;
    }
    VarInts.write(out, seen);
    for (long count : counts) {
      if (count > 0) {
        VarInts.write(out, count);
      }
    }
    VarInts.write(out, rawBytes);
    VarInts.write(out, sizeBytes);
    VarInts.write(out, emptyLists);
    VarInts.write(out, emptyMaps);
    int parts =
        (number != null ? HAS_NUMBER : 0)
            | (text != null ? HAS_TEXT : 0)
            | (binary != null ? HAS_BINARY : 0)
            | (element != null ? HAS_ELEMENT : 0)
            | (member != null ? HAS_MEMBER : 0)
            | (fields != null ? HAS_FIELDS : 0)
            | (details != null ? HAS_DETAILS : 0);
    VarInts.write(out, parts);
    if (details != null) {
      details.write(out);
    }
    if (number != null) {
      number.write(out);
    }
    if (text != null) {
      text.write(out);
      forms.write(out);
    }
    if (binary != null) {
      binary.write(out);
    }
    if (element != null) {
      element.write(out);
    }
    if (member != null) {
      member.write(out);
    }
    if (fields != null) {
      fields.write(out);
    }
  }

  static ValueProfile read(DataInput in, ProfileLimits limits) throws IOException {
    long seen = VarInts.read(in);
    long[] counts = new long[Descriptor.COUNT];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = (seen >> i & 1) != 0 ? VarInts.read(in) : 0;
    }
    long rawBytes = VarInts.read(in);
    long sizeBytes = VarInts.read(in);
    long emptyLists = VarInts.read(in);
    long emptyMaps = VarInts.read(in);
    long parts = VarInts.read(in);
    ValueProfile profile =
        new ValueProfile(limits, (parts & HAS_DETAILS) != 0 ? ValueDetails.read(in) : null);
    System.arraycopy(counts, 0, profile.counts, 0, counts.length);
    profile.rawBytes = rawBytes;
    profile.sizeBytes = sizeBytes;
    profile.emptyLists = emptyLists;
    profile.emptyMaps = emptyMaps;
    profile.number = (parts & HAS_NUMBER) != 0 ? NumberProfile.read(in) : null;
    profile.text = (parts & HAS_TEXT) != 0 ? LengthProfile.read(in) : null;
    profile.forms = (parts & HAS_TEXT) != 0 ? TextForms.read(in) : null;
    profile.binary = (parts & HAS_BINARY) != 0 ? LengthProfile.read(in) : null;
    profile.element = (parts & HAS_ELEMENT) != 0 ? read(in, limits) : null;
    profile.member = (parts & HAS_MEMBER) != 0 ? read(in, limits) : null;
    profile.fields = (parts & HAS_FIELDS) != 0 ? MapProfile.read(in, limits, false) : null;
    return profile;
  }

  /** Compares by content: profiles of the same values are equal, however they were merged. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ValueProfile that
        && Arrays.equals(counts, that.counts)
        && rawBytes == that.rawBytes
        && sizeBytes == that.sizeBytes
        && emptyLists == that.emptyLists
        && emptyMaps == that.emptyMaps
        && Objects.equals(number, that.number)
        && Objects.equals(text, that.text)
        && Objects.equals(forms, that.forms)
        && Objects.equals(binary, that.binary)
        && Objects.equals(element, that.element)
        && Objects.equals(member, that.member)
        && Objects.equals(fields, that.fields)
        && Objects.equals(details, that.details);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(counts);
  }
}
