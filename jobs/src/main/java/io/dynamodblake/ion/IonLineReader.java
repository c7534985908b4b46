package io.dynamodblake.ion;

import com.amazon.ion.IonReader;
import com.amazon.ion.IonType;
import com.amazon.ion.SymbolTable;
import com.amazon.ion.SymbolToken;
import com.amazon.ion.system.IonReaderBuilder;
import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.DynamoNumber;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;

/**
 * Turns one line of Ion text into a line of DynamoDB JSON. It refuses what DynamoDB has no type for
 * and what cannot be turned; all that the JSON scanner checks itself (unique names, empty sets,
 * number of digits) is left to it. Who extends it reads the frame that a kind of record has around
 * its values.
 *
 * <p>The format is that of the DynamoDB Developer Guide, "DynamoDB table export output format".
 * Numbers come in the one form that DynamoDB's own JSON has, without exponent and needless zeros.
 */
abstract class IonLineReader {
  /** Levels of lists and maps, the item included; the JSON scanner's bound is the same. */
  private static final int MOST_DEPTH = 64;

  private static final int MOST_NAME_IN_MESSAGE = 64;
  private static final int FIRST_BYTES = 4 << 10;
  private static final String ROOT = "$";
  private static final IonReaderBuilder READERS = IonReaderBuilder.standard().immutable();
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NULL = ascii("{\"NULL\":true}");
  private static final byte[] TRUE = ascii("{\"BOOL\":true}");
  private static final byte[] FALSE = ascii("{\"BOOL\":false}");
  private static final byte[][] OPENINGS = openings();

  private final int maxJsonBytes;
  private byte[] json = new byte[FIRST_BYTES];
  private int length;

  // where we are, for messages: a name for each level, or null and the number of the element
  private final String[] names = new String[MOST_DEPTH + 1];
  private final int[] elements = new int[MOST_DEPTH + 1];
  private int depth;
  private String root; // where the attributes stand in their record

  // of the attributes read last
  private int attributes;
  private boolean described; // every one so far is a map of a descriptor and its payload

  /**
   * @param maxJsonBytes longest line of DynamoDB JSON that is made, in bytes; a few bytes of Ion
   *     can stand for many
   */
  IonLineReader(int maxJsonBytes) {
    this.maxJsonBytes = maxJsonBytes;
  }

  /**
   * Reads {@code line[start, end)}. What it is in DynamoDB JSON stands in {@link #json} until the
   * next call.
   *
   * @throws MalformedIonException if the line is not a record
   */
  public final void read(byte[] line, int start, int end) throws MalformedIonException {
    length = 0;
    depth = 0;
    root = ROOT;
    attributes = 0;
    String defect = IonText.defect(line, start, end);
    if (defect != null) {
      throw defect(defect);
    }
    try (IonReader reader = READERS.build(line, start, end - start)) {
      readRecord(reader);
    } catch (IOException | RuntimeException e) {
      // ion-java has no one exception for bad input, and its messages can hold values
      throw defect("not valid Ion text");
    }
  }

  /** Reads the record that a line is: all its values. */
  abstract void readRecord(IonReader reader) throws MalformedIonException;

  /** Returns the array whose first {@link #length} bytes are the line of DynamoDB JSON. */
  public final byte[] json() {
    return json;
  }

  public final int length() {
    return length;
  }

  /**
   * Whether the attributes that were read last are DynamoDB JSON, which Ion text can be, too. In
   * Ion the key of an item is a text, a number or a blob; in JSON every attribute is a map with one
   * descriptor.
   */
  final boolean areDynamoDbJson() {
    return described && attributes > 0;
  }

  // ---- the frame

  /** Steps into the struct that the line has to be. */
  final void enterRecord(IonReader reader) throws MalformedIonException {
    IonType type = reader.next();
    if (type == null) {
      throw defect("no Ion value");
    }
    if (type == IonType.LIST) {
      throw defect("an Ion list, and a line has to hold one item");
    }
    enterStruct(reader, type);
    refuseSharedSymbols(reader.getSymbolTable());
  }

  /** Steps into a struct of the frame; anything else is refused. */
  final void enterStruct(IonReader reader, IonType type) throws MalformedIonException {
    requireStruct(reader, type);
    reader.stepIn();
  }

  /** Steps out of the struct that the line is, which has to end there. */
  final void leaveRecord(IonReader reader) throws MalformedIonException {
    reader.stepOut();
    if (reader.next() != null) {
      throw defect("more than one Ion value on the line");
    }
  }

  /**
   * Puts the attributes of an item or a key.
   *
   * @param place where they stand in their record, such as {@code $.Item}
   */
  final void putAttributes(IonReader reader, IonType type, String place)
      throws MalformedIonException {
    root = place;
    described = true;
    requireStruct(reader, type);
    putMap(reader);
    root = ROOT;
  }

  private void requireStruct(IonReader reader, IonType type) throws MalformedIonException {
    if (type != IonType.STRUCT || reader.isNullValue()) {
      throw defect("an Ion " + (reader.isNullValue() ? "null" : word(type)) + " and not a struct");
    }
    refuseAnnotations(reader);
  }

  /** Whose symbols lie in a catalog that a line cannot bring along. */
  private void refuseSharedSymbols(SymbolTable symbols) throws MalformedIonException {
    SymbolTable[] imported = symbols.getImportedTables(); // null for the system's own table
    if (imported != null && imported.length > 0) {
      throw defect("an Ion symbol table that imports another");
    }
  }

  private void refuseAnnotations(IonReader reader) throws MalformedIonException {
    if (reader.getTypeAnnotationSymbols().length > 0) {
      throw defect("an Ion annotation that DynamoDB does not write here");
    }
  }

  // ---- attribute values

  private void putValue(IonReader reader, IonType type) throws MalformedIonException {
    Descriptor set = set(reader, type);
    if (type == IonType.NULL) {
      put(NULL);
      return;
    }
    if (reader.isNullValue()) {
      throw defect("an Ion null of type " + word(type) + ", and DynamoDB has only one null");
    }
    switch (type) {
      case STRING -> putText(Descriptor.S, reader);
      case DECIMAL, INT -> putNumber(reader, type);
      case BLOB -> putBinary(reader);
      case BOOL -> put(reader.booleanValue() ? TRUE : FALSE);
      case STRUCT -> {
        open(Descriptor.M);
        putMap(reader);
        put((byte) '}');
      }
      case LIST -> {
        open(set == null ? Descriptor.L : set);
        putList(reader, set);
        put((byte) '}');
      }
      case NULL, FLOAT, TIMESTAMP, SYMBOL, CLOB, SEXP, DATAGRAM ->
          throw defect("an Ion " + word(type) + ", which is no type of DynamoDB");
    }
  }

  /** The set that annotations make of a list; null for a value without annotations. */
  private Descriptor set(IonReader reader, IonType type) throws MalformedIonException {
    SymbolToken[] annotations = reader.getTypeAnnotationSymbols();
    if (annotations.length == 0) {
      return null;
    }
    String text = annotations.length == 1 ? annotations[0].getText() : null;
    Descriptor set = null;
    for (Descriptor candidate : IonItemWriter.SETS) {
      if (IonItemWriter.annotation(candidate).equals(text)) {
        set = candidate;
      }
    }
    if (set == null) {
      throw defect("an Ion annotation that DynamoDB does not write here");
    }
    if (type != IonType.LIST) {
      throw defect("annotation " + text + " on an Ion " + word(type) + " and not on a list");
    }
    return set;
  }

  private void putMap(IonReader reader) throws MalformedIonException {
    enter();
    reader.stepIn();
    put((byte) '{');
    int fields = 0;
    for (IonType type = reader.next(); type != null; type = reader.next()) {
      if (fields > 0) {
        put((byte) ',');
      }
      fields++;
      names[depth] = null;
      elements[depth] = -1;
      String name = fieldName(reader);
      names[depth] = name;
      described &=
          depth > 2 || (depth == 1 ? type == IonType.STRUCT : Descriptor.ofTag(name).isPresent());
      putString(name);
      put((byte) ':');
      putValue(reader, type);
    }
    put((byte) '}');
    reader.stepOut();
    if (depth == 1) {
      attributes = fields;
    }
    described &= depth != 2 || fields == 1;
    depth--;
  }

  private void putList(IonReader reader, Descriptor set) throws MalformedIonException {
    enter();
    reader.stepIn();
    put((byte) '[');
    int element = 0;
    for (IonType type = reader.next(); type != null; type = reader.next()) {
      if (element > 0) {
        put((byte) ',');
      }
      elements[depth] = element++;
      if (set == null) {
        putValue(reader, type);
      } else {
        putMember(reader, type, set);
      }
    }
    put((byte) ']');
    reader.stepOut();
    depth--;
  }

  /** A member of a set: what stands between the quotes of a value, without its descriptor. */
  private void putMember(IonReader reader, IonType type, Descriptor set)
      throws MalformedIonException {
    boolean fits =
        switch (set.member()) {
          case S -> type == IonType.STRING;
          case N -> type == IonType.DECIMAL || type == IonType.INT;
          default -> type == IonType.BLOB;
        };
    if (!fits || reader.isNullValue()) {
      String nullWord = reader.isNullValue() && type != IonType.NULL ? "null of type " : "";
      throw defect(set + " has a member that is an Ion " + nullWord + word(type));
    }
    refuseAnnotations(reader);
    switch (set.member()) {
      case S -> putString(reader.stringValue());
      case N -> {
        put((byte) '"');
        putDigits(reader, type);
        put((byte) '"');
      }
      default -> {
        put((byte) '"');
        put(Base64.getEncoder().encode(reader.newBytes()));
        put((byte) '"');
      }
    }
  }

  private void putText(Descriptor descriptor, IonReader reader) throws MalformedIonException {
    open(descriptor);
    putString(reader.stringValue());
    put((byte) '}');
  }

  final void putNumber(IonReader reader, IonType type) throws MalformedIonException {
    open(Descriptor.N);
    put((byte) '"');
    putDigits(reader, type);
    put((byte) '"');
    put((byte) '}');
  }

  private void putDigits(IonReader reader, IonType type) throws MalformedIonException {
    String digits;
    String defect;
    try {
      BigDecimal number =
          type == IonType.INT ? new BigDecimal(reader.bigIntegerValue()) : reader.bigDecimalValue();
      // before anything is written out: a few bytes can stand for a billion zeros
      defect = DynamoNumber.defect(number);
      digits = defect == null ? DynamoNumber.canonical(number) : "";
    } catch (RuntimeException e) {
      throw defect("an Ion " + word(type) + " that is not a number");
    }
    if (defect != null) {
      throw defect("Ion " + word(type) + " has " + defect);
    }
    put(ascii(digits));
  }

  private void putBinary(IonReader reader) throws MalformedIonException {
    open(Descriptor.B);
    put((byte) '"');
    put(Base64.getEncoder().encode(reader.newBytes()));
    put((byte) '"');
    put((byte) '}');
  }

  final String fieldName(IonReader reader) throws MalformedIonException {
    String name = reader.getFieldNameSymbol().getText();
    if (name == null) {
      throw defect("an Ion field name that no symbol table knows");
    }
    return name;
  }

  private void enter() throws MalformedIonException {
    if (depth >= MOST_DEPTH) {
      throw defect("nested deeper than " + MOST_DEPTH + " levels");
    }
    depth++;
    names[depth] = null;
    elements[depth] = -1;
  }

  // ---- JSON

  private void open(Descriptor descriptor) throws MalformedIonException {
    put(OPENINGS[descriptor.ordinal()]);
  }

  final void putString(String text) throws MalformedIonException {
    put((byte) '"');
    for (int i = 0; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (unit == '"' || unit == '\\') {
        put((byte) '\\');
        put((byte) unit);
      } else if (unit < ' ') {
        room(6);
        json[length++] = '\\';
        json[length++] = 'u';
        json[length++] = '0';
        json[length++] = '0';
        json[length++] = HEX[unit >> 4];
        json[length++] = HEX[unit & 0xf];
      } else if (unit < 0x80) {
        put((byte) unit);
      } else if (unit < 0x800) {
        room(2);
        json[length++] = (byte) (0xc0 | unit >> 6);
        json[length++] = (byte) (0x80 | unit & 0x3f);
      } else if (!Character.isSurrogate(unit)) {
        room(3);
        json[length++] = (byte) (0xe0 | unit >> 12);
        json[length++] = (byte) (0x80 | unit >> 6 & 0x3f);
        json[length++] = (byte) (0x80 | unit & 0x3f);
      } else {
        boolean pair =
            Character.isHighSurrogate(unit)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          throw defect("half a surrogate pair in a string");
        }
        int codePoint = Character.toCodePoint(unit, text.charAt(++i));
        room(4);
        json[length++] = (byte) (0xf0 | codePoint >> 18);
        json[length++] = (byte) (0x80 | codePoint >> 12 & 0x3f);
        json[length++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
        json[length++] = (byte) (0x80 | codePoint & 0x3f);
      }
    }
    put((byte) '"');
  }

  final void put(byte value) throws MalformedIonException {
    room(1);
    json[length++] = value;
  }

  final void put(byte[] values) throws MalformedIonException {
    room(values.length);
    System.arraycopy(values, 0, json, length, values.length);
    length += values.length;
  }

  private void room(int more) throws MalformedIonException {
    if (more > maxJsonBytes - length) {
      throw defect(
          "as DynamoDB JSON the line is longer than the " + maxJsonBytes + " bytes that are read");
    }
    if (more <= json.length - length) {
      return;
    }
    long wanted = Math.max(2L * json.length, (long) length + more);
    json = Arrays.copyOf(json, (int) Math.min(wanted, maxJsonBytes));
  }

  private static byte[][] openings() {
    byte[][] openings = new byte[Descriptor.COUNT][];
    for (Descriptor descriptor : Descriptor.values()) {
      openings[descriptor.ordinal()] = ascii("{\"" + descriptor + "\":");
    }
    return openings;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  // ---- messages

  static String word(IonType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }

  /** {@code $}, or {@code $.Item.a.b[3]}: names are shown, shortened; values never. */
  final MalformedIonException defect(String what) {
    StringBuilder path = new StringBuilder(root);
    for (int level = 1; level <= depth; level++) {
      String name = names[level];
      if (name != null) {
        path.append('.')
            .append(
                name.length() <= MOST_NAME_IN_MESSAGE
                    ? name
                    : name.substring(0, MOST_NAME_IN_MESSAGE) + "...");
      } else if (elements[level] >= 0) {
        path.append('[').append(elements[level]).append(']');
      }
    }
    return new MalformedIonException(what + " at " + path);
  }
}
