package io.dynamodblake.ion;

import com.amazon.ion.IonReader;
import com.amazon.ion.IonType;

/**
 * Turns one line of an Ion export ({@code $ion_1_0 {Item:{...}}}) into the line of DynamoDB JSON
 * that the same item has, so that from there on both formats go one way. What stands in the item is
 * the {@link IonLineReader}'s; here is the frame around it. Not safe for use by several threads.
 */
public final class IonRecordReader extends IonLineReader {
  private static final byte[] BEGIN = ascii("{\"Item\":");

  /**
   * @param maxJsonBytes longest line of DynamoDB JSON that is made, in bytes; a few bytes of Ion
   *     can stand for many
   */
  public IonRecordReader(int maxJsonBytes) {
    super(maxJsonBytes);
  }

  /**
   * Whether the line that was read is DynamoDB JSON, which Ion text can be, too. In Ion the key of
   * an item is a text, a number or a blob; in JSON every attribute is a map with one descriptor.
   */
  public boolean isDynamoDbJson() {
    return areDynamoDbJson();
  }

  @Override
  void readRecord(IonReader reader) throws MalformedIonException {
    boolean itemSeen = false;
    boolean changeSeen = false;
    enterRecord(reader);
    for (IonType type = reader.next(); type != null; type = reader.next()) {
      String name = fieldName(reader);
      changeSeen |= name.equals("Record");
      if (name.equals("Item")) {
        if (itemSeen) {
          throw defect("two top-level fields 'Item'");
        }
        itemSeen = true;
        put(BEGIN);
        putAttributes(reader, type, "$.Item");
        put((byte) '}');
      }
    }
    if (!itemSeen) {
      throw defect(
          changeSeen
              ? "an Ion 'Record', a change of an incremental export, and not an 'Item'"
              : "no top-level field 'Item'");
    }
    leaveRecord(reader);
  }
}
