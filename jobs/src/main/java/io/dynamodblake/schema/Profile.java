package io.dynamodblake.schema;

import io.dynamodblake.type.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;

/**
 * What was seen in all items of an export. Profiles of parts of an export merge, in any order, into
 * the profile of the whole.
 *
 * <p>It travels through Java serialization in a compact form. Where another serializer may be in
 * use, send {@link #toBytes()}. Not safe for use by several threads.
 */
public final class Profile implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Names that people give to key attributes, in letters only, likeliest first. */
  private static final List<String> KEY_NAMES =
      List.of(
          "pk",
          "partitionkey",
          "hashkey",
          "sk",
          "sortkey",
          "rangekey",
          "id",
          "key",
          "uuid",
          "guid");

  private final transient ProfileLimits limits;
  private transient long items;
  private transient long rawBytes;
  private transient long falseNulls;
  private transient ItemSizeProfile itemSizes;
  private transient MapProfile attributes;

  /** Begins without any item. */
  public Profile(ProfileLimits limits) {
    this.limits = Objects.requireNonNull(limits, "limits is null");
    this.itemSizes = new ItemSizeProfile();
    this.attributes = MapProfile.ofItems(limits);
  }

  // ---- filling

  /** Begins an item; its attributes go into what is returned, then comes {@link #endItem}. */
  public MapProfile beginItem() {
    attributes.restart();
    return attributes;
  }

  /**
   * Ends an item.
   *
   * @param lineBytes length of its line in the data file
   * @param sizeBytes its size as DynamoDB counts it
   * @param itemFalseNulls how many <code>{"NULL":false}</code> it has
   */
  public void endItem(long lineBytes, long sizeBytes, int itemFalseNulls) {
    items++;
    rawBytes += lineBytes;
    falseNulls += itemFalseNulls;
    itemSizes.observe(sizeBytes);
  }

  /**
   * Adds everything the other one has seen. Parts of it may be taken over, so it must not be used
   * any more.
   */
  public void merge(Profile other) {
    items += other.items;
    rawBytes += other.rawBytes;
    falseNulls += other.falseNulls;
    itemSizes.merge(other.itemSizes);
    attributes.merge(other.attributes);
  }

  // ---- reading

  /** Returns the limits that were given. */
  public ProfileLimits limits() {
    return limits;
  }

  /** Returns how many items were seen. */
  public long items() {
    return items;
  }

  /** Returns the bytes of all lines, uncompressed. */
  public long rawBytes() {
    return rawBytes;
  }

  /**
   * Returns how many <code>{"NULL":false}</code> there were; DynamoDB does not write them, they are
   * taken for NULL.
   */
  public long falseNulls() {
    return falseNulls;
  }

  /** Returns the sizes of the items as DynamoDB counts them. */
  public ItemSizeProfile itemSizes() {
    return itemSizes;
  }

  /** Returns the attributes in code-point order of their names. */
  public SortedMap<String, ValueProfile> attributes() {
    return attributes.byName();
  }

  /** Returns what was seen of an attribute; empty if no item has it. */
  public Optional<ValueProfile> attribute(String name) {
    return attributes.field(name);
  }

  /**
   * Returns the number of attribute values whose names were beyond {@link
   * ProfileLimits#maxAttributes}; they have no column.
   */
  public long forgottenAttributeValues() {
    return attributes.forgottenEntries();
  }

  /**
   * Returns the attributes that could be keys: in every item, always of one descriptor S, N or B,
   * never empty. Those with a name that is usual for keys come first.
   */
  public List<KeyAttribute> keyCandidates() {
    List<KeyAttribute> candidates = new ArrayList<>();
    if (items == 0) {
      return candidates;
    }
    for (Map.Entry<String, ValueProfile> entry : attributes.byName().entrySet()) {
      ValueProfile profile = entry.getValue();
      for (Descriptor descriptor : List.of(Descriptor.S, Descriptor.N, Descriptor.B)) {
        boolean empty =
            descriptor == Descriptor.S && profile.text().stream().anyMatch(text -> text.empty() > 0)
                || descriptor == Descriptor.B
                    && profile.binary().stream().anyMatch(binary -> binary.empty() > 0);
        if (profile.count(descriptor) == items && !empty) {
          candidates.add(new KeyAttribute(entry.getKey(), descriptor));
        }
      }
    }
    candidates.sort(Comparator.comparingInt(candidate -> keyRank(candidate.attribute())));
    return candidates;
  }

  private static int keyRank(String attribute) {
    String letters = attribute.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
    int known = KEY_NAMES.indexOf(letters);
    if (known >= 0) {
      return known;
    }
    boolean looksLikeKey =
        letters.endsWith("id") || letters.endsWith("key") || letters.endsWith("pk");
    return looksLikeKey ? KEY_NAMES.size() : KEY_NAMES.size() + 1;
  }

  // ---- travelling

  /** Returns everything in a compact form for {@link #fromBytes}. */
  public byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      VarInts.write(out, limits.maxFields());
      VarInts.write(out, limits.maxAttributes());
      out.writeBoolean(limits.details());
      VarInts.write(out, items);
      VarInts.write(out, rawBytes);
      VarInts.write(out, falseNulls);
      itemSizes.write(out);
      attributes.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // an array does not fail
    }
    return bytes.toByteArray();
  }

  /** Reads {@link #toBytes()} of the same version back. */
  public static Profile fromBytes(byte[] bytes) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      Profile profile =
          new Profile(
              new ProfileLimits((int) VarInts.read(in), (int) VarInts.read(in), in.readBoolean()));
      profile.items = VarInts.read(in);
      profile.rawBytes = VarInts.read(in);
      profile.falseNulls = VarInts.read(in);
      profile.itemSizes = ItemSizeProfile.read(in);
      profile.attributes = MapProfile.read(in, profile.limits, true);
      return profile;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read profile: not written by this version", e);
    }
  }

  private Object writeReplace() {
    return new Serialized(toBytes());
  }

  private void readObject(java.io.ObjectInputStream in) throws IOException {
    throw new java.io.InvalidObjectException("Profiles travel as bytes");
  }

  private static final class Serialized implements Serializable {
    private static final long serialVersionUID = 1L;
    private final byte[] bytes;

    private Serialized(byte[] bytes) {
      this.bytes = bytes;
    }

    private Object readResolve() {
      return fromBytes(bytes);
    }
  }

  /** Compares by content: profiles of the same items are equal, however they were merged. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Profile that
        && items == that.items
        && rawBytes == that.rawBytes
        && falseNulls == that.falseNulls
        && itemSizes.equals(that.itemSizes)
        && attributes.equals(that.attributes);
  }

  @Override
  public int hashCode() {
    return Objects.hash(items, rawBytes);
  }
}
