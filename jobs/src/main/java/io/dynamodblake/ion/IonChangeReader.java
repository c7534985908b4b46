package io.dynamodblake.ion;

import com.amazon.ion.IonReader;
import com.amazon.ion.IonType;

/**
 * Turns one line of an incremental export in Ion ({@code $ion_1_0 {Record:{Metadata:{...},
 * Keys:{...},NewImage:{...},OldImage:{...}}}}) into the line of DynamoDB JSON that the same change
 * has, where nothing is around its members. What is not known in it is left out; what is missing or
 * stands there twice is for the JSON scanner to find. Not safe for use by several threads.
 */
public final class IonChangeReader extends IonLineReader {
  private static final String RECORD = "Record";
  private static final byte[] METADATA = ascii("\"Metadata\":{");
  private static final byte[] WRITE_TIME = ascii("\"WriteTimestampMicros\":");

  private int members;

  /**
   * @param maxJsonBytes longest line of DynamoDB JSON that is made, in bytes; a few bytes of Ion
   *     can stand for many
   */
  public IonChangeReader(int maxJsonBytes) {
    super(maxJsonBytes);
  }

  @Override
  void readRecord(IonReader reader) throws MalformedIonException {
    boolean recordSeen = false;
    boolean itemSeen = false;
    enterRecord(reader);
    for (IonType type = reader.next(); type != null; type = reader.next()) {
      String name = fieldName(reader);
      itemSeen |= name.equals("Item");
      if (name.equals(RECORD)) {
        if (recordSeen) {
          throw defect("two top-level fields 'Record'");
        }
        recordSeen = true;
        putChange(reader, type);
      }
    }
    if (!recordSeen) {
      throw defect(
          itemSeen
              ? "an Ion 'Item' of a full export, and not a 'Record' of changes"
              : "no top-level field 'Record'");
    }
    leaveRecord(reader);
  }

  private void putChange(IonReader reader, IonType record) throws MalformedIonException {
    members = 0;
    put((byte) '{');
    enterStruct(reader, record);
    for (IonType type = reader.next(); type != null; type = reader.next()) {
      String name = fieldName(reader);
      boolean known =
          switch (name) {
            case "Keys", "NewImage", "OldImage", "Metadata" -> !reader.isNullValue();
            default -> false;
          };
      if (!known) {
        continue;
      }
      if (members++ > 0) {
        put((byte) ',');
      }
      if (name.equals("Metadata")) {
        putMetadata(reader, type);
      } else {
        putString(name);
        put((byte) ':');
        putAttributes(reader, type, "$.Record." + name);
      }
    }
    reader.stepOut();
    put((byte) '}');
  }

  private void putMetadata(IonReader reader, IonType metadata) throws MalformedIonException {
    put(METADATA);
    enterStruct(reader, metadata);
    int times = 0;
    for (IonType type = reader.next(); type != null; type = reader.next()) {
      if (fieldName(reader).equals("WriteTimestampMicros") && !reader.isNullValue()) {
        if (times++ > 0) {
          put((byte) ',');
        }
        put(WRITE_TIME);
        putTime(reader, type);
      }
    }
    reader.stepOut();
    put((byte) '}');
  }

  private void putTime(IonReader reader, IonType type) throws MalformedIonException {
    switch (type) {
      case DECIMAL, INT -> putNumber(reader, type);
      case STRING -> putString(reader.stringValue());
      default -> throw defect("an Ion " + word(type) + ", which is no time in microseconds");
    }
  }
}
