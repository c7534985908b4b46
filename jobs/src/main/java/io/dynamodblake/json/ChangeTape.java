package io.dynamodblake.json;

/**
 * One checked change record: the key of an item, and what the item was before and after. Each is
 * the item of a tape of its own, so that whoever reads items reads these. {@link ChangeScanner}
 * fills it; it is reused from record to record, and what the tapes say is valid until the next one.
 *
 * <p>Without a new image the item was deleted. Without an old one it was put there: anew, if the
 * export has old images at all. Not safe for use by several threads.
 */
public final class ChangeTape {
  /** The time of a record that has none. */
  public static final long UNKNOWN_TIME = -1;

  private final ItemTape keys = new ItemTape();
  private final ItemTape newImage = new ItemTape();
  private final ItemTape oldImage = new ItemTape();
  private boolean hasKeys;
  private boolean hasNewImage;
  private boolean hasOldImage;
  private long writeTimeMicros = UNKNOWN_TIME;
  private byte[] sequence; // null if there is none
  private boolean expired;

  // ---- reading

  /** Returns the key attributes: one or two, of type S, N or B. */
  public ItemTape keys() {
    return keys;
  }

  /** Returns whether the item is there after the change. */
  public boolean hasNewImage() {
    return hasNewImage;
  }

  /**
   * Returns the whole item after the change. Its key attributes are those of {@link #keys}.
   *
   * @throws IllegalStateException if there is none
   */
  public ItemTape newImage() {
    if (!hasNewImage) {
      throw new IllegalStateException("The change has no new image");
    }
    return newImage;
  }

  /** Returns whether the record says what the item was before the change. */
  public boolean hasOldImage() {
    return hasOldImage;
  }

  /**
   * Returns the whole item before the change, or before the export's window. Its key attributes are
   * those of {@link #keys}.
   *
   * @throws IllegalStateException if there is none
   */
  public ItemTape oldImage() {
    if (!hasOldImage) {
      throw new IllegalStateException("The change has no old image");
    }
    return oldImage;
  }

  /**
   * Returns when the item was last written, by DynamoDB's own clock, in microseconds since 1970; or
   * {@link #UNKNOWN_TIME}.
   */
  public long writeTimeMicros() {
    return writeTimeMicros;
  }

  /**
   * Returns the place of the change among those of its item, as {@link
   * io.dynamodblake.type.SequenceNumbers#order} makes it; null for one that has none, as in the
   * exports of DynamoDB.
   */
  public byte[] sequence() {
    return sequence;
  }

  /** Returns whether the record says that DynamoDB deleted the item because its time had come. */
  public boolean expired() {
    return expired;
  }

  /** Returns how many {@code {"NULL":false}} the images have; they are taken for NULL. */
  public int falseNulls() {
    return (hasNewImage ? newImage.falseNulls() : 0) + (hasOldImage ? oldImage.falseNulls() : 0);
  }

  // ---- filling, by ChangeScanner

  void reset() {
    hasKeys = false;
    hasNewImage = false;
    hasOldImage = false;
    writeTimeMicros = UNKNOWN_TIME;
    sequence = null;
    expired = false;
  }

  /** Whether the record has a key, without which it is none. */
  boolean hasKeys() {
    return hasKeys;
  }

  ItemTape beginKeys() {
    hasKeys = true;
    return keys;
  }

  ItemTape beginNewImage() {
    hasNewImage = true;
    return newImage;
  }

  ItemTape beginOldImage() {
    hasOldImage = true;
    return oldImage;
  }

  void writeTimeMicros(long micros) {
    writeTimeMicros = micros;
  }

  void sequence(byte[] order) {
    sequence = order;
  }

  void expired(boolean byTime) {
    expired = byTime;
  }
}
