package io.dynamodblake.flatten;

import io.dynamodblake.schema.KeyAttribute;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.DynamoNumber;
import io.dynamodblake.type.ItemPath;
import io.dynamodblake.type.ItemSize;
import io.dynamodblake.type.ItemWriter;
import io.dynamodblake.type.Utf8;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Looks at items on their way to a writer and says whether DynamoDB would take them: keys present,
 * of their type, not empty and not too long; item size, depth, numbers, names, sets, UTF-8. Only
 * the first defect of an item is told. One check a thread.
 *
 * <p>Source of the limits: DynamoDB Developer Guide, "Constraints" and "Supported data types and
 * naming rules".
 */
public final class ItemCheck implements ItemWriter {
  public static final int MOST_PARTITION_KEY_BYTES = 2_048;
  public static final int MOST_SORT_KEY_BYTES = 1_024;
  public static final int MOST_DEPTH = 32;
  public static final int MOST_NAME_BYTES = 65_535;

  private static final int NONE = -1;

  private final List<KeyAttribute> keys;
  private final byte[][] keyNames;
  private final ItemWriter out;

  private String defect;
  private long size;
  private int depth;
  private boolean inSet;
  private final SetMembers members = new SetMembers();
  private int key; // index of the key attribute whose value is next, or NONE
  private final boolean[] keySeen;
  private final byte[][] keyBytes;
  private final int[] keyLengths;

  /**
   * Checks items and passes them on.
   *
   * @param keys key attributes, partition key first; empty if they are not known
   */
  public ItemCheck(List<KeyAttribute> keys, ItemWriter out) {
    this.keys = List.copyOf(keys);
    this.out = out;
    this.keyNames =
        keys.stream()
            .map(name -> name.attribute().getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new);
    this.keySeen = new boolean[keys.size()];
    this.keyBytes = new byte[keys.size()][64];
    this.keyLengths = new int[keys.size()];
  }

  /**
   * Returns what is wrong with the item that was ended last, without its values; null if nothing
   * is.
   */
  public String defect() {
    return defect;
  }

  /** Returns the size of the item as DynamoDB counts it, in bytes. */
  public long size() {
    return size;
  }

  /**
   * Returns the key of the last sound item as bytes: the same for two items if and only if DynamoDB
   * would keep one of them. Empty if the keys are not known.
   */
  public byte[] key() {
    int length = 0;
    for (int i = 0; i < keyLengths.length; i++) {
      length += keyLengths[i] + Short.BYTES;
    }
    byte[] whole = new byte[length];
    int end = 0;
    for (int i = 0; i < keyLengths.length; i++) {
      whole[end++] = (byte) (keyLengths[i] >> 8);
      whole[end++] = (byte) keyLengths[i];
      System.arraycopy(keyBytes[i], 0, whole, end, keyLengths[i]);
      end += keyLengths[i];
    }
    return whole;
  }

  private void found(String what) {
    if (defect == null) {
      defect = what;
    }
  }

  @Override
  public void beginItem() {
    defect = null;
    size = 0;
    depth = 0;
    inSet = false;
    key = NONE;
    Arrays.fill(keySeen, false);
    out.beginItem();
  }

  @Override
  public void endItem() {
    for (int i = 0; i < keySeen.length; i++) {
      if (!keySeen[i]) {
        found("key attribute " + keyName(i) + " is missing");
      }
    }
    if (size > ItemSize.MOST_ITEM_BYTES) {
      found("item is larger than 400 KB");
    }
    out.endItem();
  }

  private String keyName(int index) {
    return ItemPath.ofAttribute(keys.get(index).attribute());
  }

  @Override
  public void name(byte[] utf8, int offset, int length) {
    size += length;
    if (length == 0) {
      found("an attribute name is empty");
    } else if (length > MOST_NAME_BYTES) {
      found("an attribute name is longer than 65535 bytes");
    } else if (!Utf8.isValid(utf8, offset, offset + length)) {
      found("an attribute name is not valid Unicode");
    }
    key = depth == 0 ? keyNamed(utf8, offset, length) : NONE;
    out.name(utf8, offset, length);
  }

  private int keyNamed(byte[] utf8, int offset, int length) {
    for (int i = 0; i < keyNames.length; i++) {
      if (Arrays.equals(utf8, offset, offset + length, keyNames[i], 0, keyNames[i].length)) {
        return i;
      }
    }
    return NONE;
  }

  /** A value begins; if it is that of a key, it must be of its type. */
  private void value(Descriptor descriptor) {
    if (!inSet && depth > 0) {
      size++; // what a list or map adds for each of its elements
    }
    if (key == NONE) {
      return;
    }
    keySeen[key] = true;
    Descriptor declared = keys.get(key).descriptor();
    if (declared != descriptor) {
      found(
          "key attribute %s is %s, not %s as declared"
              .formatted(keyName(key), descriptor, declared));
      key = NONE;
    }
  }

  private void content(byte[] bytes, int offset, int length) {
    if (inSet && !members.add(bytes, offset, length)) {
      found("a member stands twice in a set");
    }
    if (key == NONE) {
      return;
    }
    int most = key == 0 ? MOST_PARTITION_KEY_BYTES : MOST_SORT_KEY_BYTES;
    if (length == 0) {
      found("key attribute " + keyName(key) + " is empty");
    } else if (length > most) {
      found("key attribute %s is longer than %d bytes".formatted(keyName(key), most));
    } else {
      if (keyBytes[key].length < length) {
        keyBytes[key] = new byte[most];
      }
      System.arraycopy(bytes, offset, keyBytes[key], 0, length);
      keyLengths[key] = length;
    }
    key = NONE;
  }

  @Override
  public void text(byte[] utf8, int offset, int length) {
    value(Descriptor.S);
    size += length;
    if (!Utf8.isValid(utf8, offset, offset + length)) {
      found("a text is not valid Unicode");
    }
    content(utf8, offset, length);
    out.text(utf8, offset, length);
  }

  @Override
  public void number(byte[] ascii, int offset, int length) {
    value(Descriptor.N);
    size += ItemSize.number(ascii, offset, offset + length);
    // up to 38 characters nothing can be too long or too large
    if (length > DynamoNumber.MOST_DIGITS) {
      String digits = new String(ascii, offset, length, StandardCharsets.ISO_8859_1);
      if (DynamoNumber.defect(new BigDecimal(digits)) != null) {
        found("a number is outside what DynamoDB can hold");
      }
    }
    content(ascii, offset, length);
    out.number(ascii, offset, length);
  }

  @Override
  public void binary(byte[] bytes, int offset, int length) {
    value(Descriptor.B);
    size += length;
    content(bytes, offset, length);
    out.binary(bytes, offset, length);
  }

  @Override
  public void bool(boolean flag) {
    value(Descriptor.BOOL);
    size += ItemSize.FLAG;
    out.bool(flag);
  }

  @Override
  public void nullValue() {
    value(Descriptor.NULL);
    if (inSet) {
      found("NULL in a set, which DynamoDB does not have");
    }
    size += ItemSize.FLAG;
    out.nullValue();
  }

  @Override
  public void beginList() {
    begin(Descriptor.L);
    out.beginList();
  }

  @Override
  public void endList() {
    depth--;
    out.endList();
  }

  @Override
  public void beginMap() {
    begin(Descriptor.M);
    out.beginMap();
  }

  @Override
  public void endMap() {
    depth--;
    out.endMap();
  }

  private void begin(Descriptor descriptor) {
    value(descriptor);
    size += ItemSize.container(0);
    depth++;
    if (depth > MOST_DEPTH) {
      found("nested deeper than 32 levels");
    }
  }

  @Override
  public void beginSet(Descriptor set) {
    value(set);
    inSet = true;
    members.begin();
    out.beginSet(set);
  }

  @Override
  public void endSet() {
    inSet = false;
    if (members.count() == 0) {
      found("a set is empty, which DynamoDB does not have");
    }
    out.endSet();
  }
}
