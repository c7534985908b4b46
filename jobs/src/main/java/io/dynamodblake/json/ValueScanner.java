package io.dynamodblake.json;

import io.dynamodblake.type.Descriptor;
import io.dynamodblake.type.DynamoNumber;
import io.dynamodblake.type.NameHash;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads attribute values onto an {@link ItemTape}, in one pass over their bytes, checking
 * everything: JSON syntax (RFC 8259), descriptors, numbers, base64, UTF-8, unique names, depth. Who
 * extends it reads the frame that a kind of record has around them.
 */
abstract class ValueScanner extends JsonLine {
  /**
   * Levels of lists and maps that are read. DynamoDB allows 32; the bound is there to protect the
   * stack, so it leaves room for what may be counted as a level.
   */
  public static final int MOST_DEPTH = 64;

  private static final byte[] BOOL = "BOOL".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NULL = "NULL".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_NAME_IN_MESSAGE = 64;

  private static final long TEXT_OPENING = opening("{\"S\":\"");
  private static final long NUMBER_OPENING = opening("{\"N\":\"");

  private static final int MOST_SHORT_DIGITS = 18;
  private static final int NOWHERE = Integer.MAX_VALUE - 2;
  private static final int[] POWERS_OF_TEN = {
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000
  };

  private static final byte[] BASE64 = base64Table();
  private static final byte BASE64_INVALID = -1;

  private ItemTape tape;
  private NameTable wanted;
  private String root; // where the attributes stand in their record, for messages

  // what items have looked like so far
  private final Habit itemHabit = Habit.ofItems();
  private int maps; // number of the last map

  // the string read last: where its text stands
  private boolean inSide;
  private int textStart;
  private int textEnd;

  // where we are, for messages: per open container whether it is a map, and the node or the number
  // of the open element
  private final boolean[] openMaps = new boolean[MOST_DEPTH + 1];
  private final int[] openElements = new int[MOST_DEPTH + 1];
  private int depth;

  // open addressing over the names of one map: generation << 32 | node
  private long[] nameSlots = new long[64];
  private int generation;

  /**
   * Puts the position at the start of {@code line[start, end)}, and the tape at its start.
   *
   * @param wanted names of the attributes of a map that get onto the tape, or null for all
   */
  final void begin(byte[] line, int start, int end, ItemTape tape, NameTable wanted) {
    place(line, start, end);
    this.tape = tape;
    this.wanted = wanted;
    this.depth = 0;
    this.root = "$";
    tape.reset(line, this);
  }

  /**
   * Puts what is read from here on onto another tape, from its start: for a record that has several
   * items. They share what is learned of them, and so the numbers of their names.
   */
  final void onto(ItemTape other) {
    tape = other;
    other.reset(bytes, this);
  }

  /**
   * Scans the attributes of an item or a key, from their '{' to behind their '}', onto a node of
   * their own: a map without a descriptor.
   *
   * @param root where they stand in their record, for messages, such as {@code $.Item}
   */
  final void scanAttributes(String root) throws MalformedRecordException {
    this.root = root;
    int node = tape.add();
    int start = pos;
    scanMap(node, itemHabit);
    tape.raw(node, start, pos);
  }

  /** Scans one value with its descriptor, of no item, onto a node of its own. */
  final void scanLoneValue() throws MalformedRecordException {
    scanValue(tape.add(), itemHabit, -1);
  }

  /** From the '{' of a map's payload to behind its '}'. */
  private void scanMap(int node, Habit habit) throws MalformedRecordException {
    open(true);
    NameTable filter = depth == 1 ? wanted : null;
    Habit names = habit.forNames();
    int map = ++maps;
    boolean surelyUnique = true;
    int children = 0;
    pos++;
    skipWhitespace();
    if (peek() == '}') {
      pos++;
    } else {
      int name = -1;
      while (true) {
        openElements[depth] = -1;
        name = readUsualName(names, name);
        if (filter != null && !isWanted(filter, names, name)) {
          skipObject();
        } else {
          int child = tape.add();
          nameOf(child, names, name);
          openElements[depth] = child;
          surelyUnique &= name >= 0 && !names.repeats(name, map);
          scanValue(child, habit, name);
          children++;
        }
        if (endsMap()) {
          break;
        }
      }
    }
    tape.container(node, Descriptor.M, children);
    openElements[depth] = -1;
    if (children > 1 && !surelyUnique) {
      checkUniqueNames(node, children);
    }
    depth--;
  }

  /**
   * A member name with its colon; leaves the position at the member's value. Fast path: the bytes
   * are those of a name that came here before.
   *
   * @param before index in the habit of the name before it, or -1
   * @return its index in the habit, or -1 for one that is not learned
   */
  private int readUsualName(Habit habit, int before) throws MalformedRecordException {
    int name = habit.guess(bytes, pos, before);
    if (name >= 0) {
      int nameEnd = pos + 1 + habit.nameLength(name);
      if (nameEnd + 2 < end) { // else it only seems to stand there, behind the end of the line
        inSide = false;
        textStart = pos + 1;
        textEnd = nameEnd;
        pos = nameEnd + 2;
        return name;
      }
    }
    readName();
    return inSide
        ? -1
        : habit.learn(bytes, textStart, textEnd, NameHash.of(bytes, textStart, textEnd));
  }

  /** Puts the name read last on the tape. */
  private void nameOf(int node, Habit habit, int name) {
    if (name >= 0) {
      tape.name(node, false, textStart, textEnd, habit.hash(name), habit.number(name));
    } else {
      int hash = NameHash.of(textBytes(), textStart, textEnd);
      tape.name(node, inSide, textStart, textEnd, hash, 0);
    }
  }

  /** Whether somebody waits for the name read last. */
  private boolean isWanted(NameTable filter, Habit habit, int name) {
    byte[] text = textBytes();
    if (name >= 0) {
      return habit.wanted(name, filter, text, textStart, textEnd) >= 0;
    }
    return filter.find(text, textStart, textEnd, NameHash.of(text, textStart, textEnd), -1) >= 0;
  }

  private boolean endsMap() throws MalformedRecordException {
    if (pos + 1 < end && bytes[pos] == ',' && bytes[pos + 1] == '"') {
      pos++;
      return false;
    }
    skipWhitespace();
    byte next = peek();
    pos++;
    if (next == '}') {
      return true;
    }
    if (next != ',') {
      throw defectAt("expected ',' or '}' in a map", pos - 1);
    }
    skipWhitespace();
    return false;
  }

  /** From the '[' of a list's payload to behind its ']'. */
  private void scanList(int node, Habit habit) throws MalformedRecordException {
    open(false);
    pos++;
    int children = 0;
    skipWhitespace();
    if (peek() == ']') {
      pos++;
    } else {
      while (true) {
        openElements[depth] = children++;
        scanValue(tape.add(), habit, -1);
        if (endsArray()) {
          break;
        }
      }
    }
    tape.container(node, Descriptor.L, children);
    depth--;
  }

  /** From the '[' of a set's payload to behind its ']'. */
  private void scanSet(int node, Descriptor set) throws MalformedRecordException {
    open(false);
    Descriptor member = set.member();
    pos++;
    int children = 0;
    skipWhitespace();
    if (peek() == ']') {
      throw defect(set + " is empty; DynamoDB has no empty sets");
    }
    while (true) {
      openElements[depth] = children++;
      int child = tape.add();
      int start = pos;
      scanText(child, member);
      tape.raw(child, start, pos);
      if (endsArray()) {
        break;
      }
    }
    tape.container(node, set, children);
    depth--;
  }

  private boolean endsArray() throws MalformedRecordException {
    skipWhitespace();
    byte next = peek();
    pos++;
    if (next == ']') {
      return true;
    }
    if (next != ',') {
      throw defectAt("expected ',' or ']' in an array", pos - 1);
    }
    skipWhitespace();
    return false;
  }

  /**
   * One value with its descriptor: from '{' to behind '}'.
   *
   * @param habit of the container it stands in
   * @param name index of its name there, or -1
   */
  private void scanValue(int node, Habit habit, int name) throws MalformedRecordException {
    if (!scanUsualText(node) && !scanUsualNumber(node)) {
      scanAnyValue(node, habit, name);
    }
  }

  /**
   * Fast path: a string without escapes and in ASCII, written as exports do. On anything else the
   * position stays where it was, for the exact path to decide.
   */
  private boolean scanUsualText(int node) {
    int last = bytes.length - Long.BYTES;
    int start = pos;
    if (start > last || (Bytes.eight(bytes, start) & OPENING_MASK) != TEXT_OPENING) {
      return false;
    }
    int i = start + OPENING_BYTES;
    while (i <= last) {
      long marks = Bytes.markSpecial(Bytes.eight(bytes, i));
      if (marks == 0) {
        i += Long.BYTES;
        continue;
      }
      i += Bytes.firstMark(marks);
      if (i + 1 >= end || bytes[i] != '"' || bytes[i + 1] != '}') {
        return false;
      }
      tape.scalar(node, Descriptor.S, false, start + OPENING_BYTES, i);
      pos = i + 2;
      tape.raw(node, start, pos);
      return true;
    }
    return false;
  }

  /**
   * Fast path: a number of at most 18 digits with at most one sign and one point, which is a
   * DynamoDB number whatever it is, written as exports do. On anything else the position stays
   * where it was, for the exact path to decide.
   */
  private boolean scanUsualNumber(int node) {
    int last = bytes.length - Long.BYTES;
    int start = pos;
    if (start > last || (Bytes.eight(bytes, start) & OPENING_MASK) != NUMBER_OPENING) {
      return false;
    }
    int textStart = start + OPENING_BYTES;
    int stop = usualNumberEnd(textStart);
    if (stop + 1 >= end || bytes[stop + 1] != '}') {
      return false;
    }
    boolean negative = bytes[textStart] == '-';
    int i = negative ? textStart + 1 : textStart;
    long value = 0;
    int digits = 0; // of both parts
    int point = -1;
    while (true) {
      if (i > last) {
        return false;
      }
      long eight = Bytes.eight(bytes, i);
      int count = Bytes.leadingDigits(eight);
      value = value * POWERS_OF_TEN[count] + Bytes.digits(eight, count);
      digits += count;
      i += count;
      if (digits > MOST_SHORT_DIGITS) {
        return false;
      }
      if (count < Long.BYTES) {
        if (point >= 0 || digits == 0 || bytes[i] != '.') {
          break;
        }
        point = i++;
      }
    }
    boolean endsInDigit = digits > 0 && i - 1 != point;
    boolean negativeZero = negative && value == 0;
    if (i != stop || !endsInDigit || negativeZero) {
      return false;
    }
    int scale = point < 0 ? 0 : i - 1 - point;
    tape.shortNumber(node, textStart, i, negative ? -value : value, scale);
    // not by way of i: what follows can begin before the digits are read
    pos = stop + 2;
    tape.raw(node, start, pos);
    return true;
  }

  /** Where the quote behind a number stands, or beyond every line if it is not near. */
  private int usualNumberEnd(int textStart) {
    int last = Math.min(bytes.length - Long.BYTES, textStart + MOST_SHORT_DIGITS);
    for (int i = textStart; i <= last; i += Long.BYTES) {
      long marks = Bytes.markQuoteOrBackslash(Bytes.eight(bytes, i));
      if (marks != 0) {
        i += Bytes.firstMark(marks);
        return bytes[i] == '"' ? i : NOWHERE;
      }
    }
    return NOWHERE;
  }

  private void scanAnyValue(int node, Habit habit, int name) throws MalformedRecordException {
    int start = pos;
    if (peek() != '{') {
      throw defect("value is not an object with a type descriptor");
    }
    pos++;
    skipWhitespace();
    Descriptor descriptor = readDescriptor();
    switch (descriptor) {
      case S, N, B -> scanText(node, descriptor);
      case BOOL -> tape.bool(node, readBoolean(descriptor));
      case NULL -> tape.nullValue(node, readBoolean(descriptor));
      case L -> {
        expectPayload('[', descriptor);
        scanList(node, habit.value(name));
      }
      case M -> {
        expectPayload('{', descriptor);
        scanMap(node, habit.value(name));
      }
      case SS, NS, BS -> {
        expectPayload('[', descriptor);
        scanSet(node, descriptor);
      }
    }
    if (pos < end && bytes[pos] == '}') {
      pos++;
    } else {
      skipWhitespace();
      if (peek() == ',') {
        throw defect("value has more than one type descriptor");
      }
      if (peek() != '}') {
        throw defect("expected '}' after a value");
      }
      pos++;
    }
    tape.raw(node, start, pos);
  }

  private void expectPayload(char first, Descriptor descriptor) throws MalformedRecordException {
    if (peek() != first) {
      throw defect(descriptor + " does not hold " + (first == '[' ? "an array" : "an object"));
    }
  }

  private Descriptor readDescriptor() throws MalformedRecordException {
    // fast path: no whitespace, no escapes
    if (pos + Long.BYTES <= end && bytes[pos] == '"') {
      int length = bytes[pos + 2] == '"' ? 1 : bytes[pos + 3] == '"' ? 2 : 4;
      if (bytes[pos + 1 + length] == '"' && bytes[pos + 2 + length] == ':') {
        Descriptor descriptor = descriptor(bytes, pos + 1, length);
        if (descriptor != null) {
          pos += 3 + length;
          skipWhitespace();
          return descriptor;
        }
      }
    }
    if (peek() == '}') {
      throw defect("value has no type descriptor");
    }
    int start = pos;
    readName();
    Descriptor descriptor = descriptor(textBytes(), textStart, textEnd - textStart);
    if (descriptor == null) {
      throw defectAt("unknown type descriptor", start);
    }
    return descriptor;
  }

  private static Descriptor oneLetter(byte letter) {
    return switch (letter) {
      case 'S' -> Descriptor.S;
      case 'N' -> Descriptor.N;
      case 'B' -> Descriptor.B;
      case 'L' -> Descriptor.L;
      case 'M' -> Descriptor.M;
      default -> null;
    };
  }

  private static Descriptor descriptor(byte[] text, int start, int length) {
    if (length == 1) {
      return oneLetter(text[start]);
    }
    if (length == 2 && text[start + 1] == 'S') {
      return switch (text[start]) {
        case 'S' -> Descriptor.SS;
        case 'N' -> Descriptor.NS;
        case 'B' -> Descriptor.BS;
        default -> null;
      };
    }
    if (length == 4) {
      return is(BOOL, text, start)
          ? Descriptor.BOOL
          : is(NULL, text, start) ? Descriptor.NULL : null;
    }
    return null;
  }

  private static boolean is(byte[] word, byte[] text, int start) {
    for (int i = 0; i < word.length; i++) {
      if (text[start + i] != word[i]) {
        return false;
      }
    }
    return true;
  }

  private boolean readBoolean(Descriptor descriptor) throws MalformedRecordException {
    if (end - pos >= 4
        && bytes[pos] == 't'
        && bytes[pos + 1] == 'r'
        && bytes[pos + 2] == 'u'
        && bytes[pos + 3] == 'e') {
      pos += 4;
      return true;
    }
    if (end - pos >= 5
        && bytes[pos] == 'f'
        && bytes[pos + 1] == 'a'
        && bytes[pos + 2] == 'l'
        && bytes[pos + 3] == 's'
        && bytes[pos + 4] == 'e') {
      pos += 5;
      return false;
    }
    throw defect(descriptor + " is neither true nor false");
  }

  /** The payload of S, N or B, or a set member: a JSON string with the descriptor's own rules. */
  private void scanText(int node, Descriptor descriptor) throws MalformedRecordException {
    if (peek() != '"') {
      throw defect(descriptor + " is not a JSON string");
    }
    int start = pos;
    if (descriptor == Descriptor.N && scanPlainNumber()) {
      tape.scalar(node, descriptor, false, start + 1, pos - 1);
      return;
    }
    readString();
    if (descriptor == Descriptor.N) {
      checkNumber(start);
    } else if (descriptor == Descriptor.B) {
      checkBase64(start);
    }
    tape.scalar(node, descriptor, inSide, textStart, textEnd);
  }

  /**
   * Fast path: digits with at most one sign and one point, at most 38 digits in all, are a DynamoDB
   * number whatever they are. On anything else the position stays where it was, for the exact path
   * to decide.
   */
  private boolean scanPlainNumber() {
    int i = pos + 1;
    if (i < end && bytes[i] == '-') {
      i++;
    }
    int digitsStart = i;
    while (i < end && isDigit(bytes[i])) {
      i++;
    }
    int digits = i - digitsStart;
    if (digits == 0) {
      return false;
    }
    if (i < end && bytes[i] == '.') {
      int fraction = ++i;
      while (i < end && isDigit(bytes[i])) {
        i++;
      }
      if (i == fraction) {
        return false;
      }
      digits += i - fraction;
    }
    if (digits > DynamoNumber.MOST_DIGITS || i >= end || bytes[i] != '"') {
      return false;
    }
    pos = i + 1;
    return true;
  }

  private void checkNumber(int start) throws MalformedRecordException {
    int length = textEnd - textStart;
    if (length == 0 || length > DynamoNumber.MOST_TEXT) {
      throw defectAt("N of length " + length + " is not a number", start);
    }
    BigDecimal number;
    try {
      number =
          new BigDecimal(new String(textBytes(), textStart, length, StandardCharsets.ISO_8859_1));
    } catch (NumberFormatException | ArithmeticException e) {
      throw defectAt("N of length " + length + " is not a number", start);
    }
    String defect = DynamoNumber.defect(number);
    if (defect != null) {
      throw defectAt("N has " + defect, start);
    }
  }

  private void checkBase64(int start) throws MalformedRecordException {
    byte[] text = textBytes();
    int stop = textEnd;
    boolean sound = (textEnd - textStart) % 4 == 0;
    if (sound && stop > textStart && text[stop - 1] == '=') {
      stop--;
      if (text[stop - 1] == '=') {
        stop--;
      }
    }
    int all = 0;
    for (int i = textStart; i < stop; i++) {
      all |= BASE64[text[i] & 0xff];
    }
    if (!sound || all < 0) {
      throw defectAt("B of length " + (textEnd - textStart) + " is not padded base64", start);
    }
  }

  private static byte[] base64Table() {
    byte[] table = new byte[256];
    Arrays.fill(table, BASE64_INVALID);
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (int i = 0; i < alphabet.length(); i++) {
      table[alphabet.charAt(i)] = 0;
    }
    return table;
  }

  private void checkUniqueNames(int map, int children) throws MalformedRecordException {
    if (nameSlots.length < children * 2) {
      nameSlots = new long[Integer.highestOneBit(children) * 4];
      generation = 0;
    }
    if (++generation == 0) { // a slot of generation 0 would look taken after the wrap
      Arrays.fill(nameSlots, 0);
      generation = 1;
    }
    int mask = nameSlots.length - 1;
    int node = tape.firstChild(map);
    for (int i = 0; i < children; i++, node = tape.next(node)) {
      int slot = tape.nameHash(node) & mask;
      while ((int) (nameSlots[slot] >>> 32) == generation) {
        if (tape.sameName((int) nameSlots[slot], node)) {
          openElements[depth] = node;
          throw defectAt("attribute name occurs twice", tape.rawStart(node));
        }
        slot = (slot + 1) & mask;
      }
      nameSlots[slot] = (long) generation << 32 | node;
    }
  }

  private void open(boolean map) throws MalformedRecordException {
    if (depth >= MOST_DEPTH) {
      throw defect("nested deeper than " + MOST_DEPTH + " levels");
    }
    openMaps[++depth] = map;
    openElements[depth] = -1;
  }

  // ---- strings

  /** A member name with its colon; leaves the position at the member's value. */
  final void readName() throws MalformedRecordException {
    if (peek() != '"') {
      throw defect("expected a member name in quotes");
    }
    readString();
    if (pos < end && bytes[pos] == ':') {
      pos++;
    } else {
      skipWhitespace();
      if (peek() != ':') {
        throw defect("expected ':' after a member name");
      }
      pos++;
    }
    skipWhitespace();
  }

  private byte[] textBytes() {
    return inSide ? tape.sideBytes() : bytes;
  }

  /**
   * The string read last as a whole number of at most 18 digits, without a sign; -1 if it is none.
   */
  final long textAsDigits() {
    return digits(textBytes(), textStart, textEnd);
  }

  /** Whether the string read last is this one, which is in lower case, whatever its own is. */
  final boolean textIsIgnoringCase(byte[] lowerCase) {
    if (textEnd - textStart != lowerCase.length) {
      return false;
    }
    byte[] text = textBytes();
    for (int i = 0; i < lowerCase.length; i++) {
      byte letter = text[textStart + i];
      if (lowerCase[i] != (letter >= 'A' && letter <= 'Z' ? (byte) (letter + 32) : letter)) {
        return false;
      }
    }
    return true;
  }

  /** Returns a stretch of the line that is no more than ASCII. */
  final String latin(int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
  }

  /** Returns the string read last. */
  final String text() {
    return new String(textBytes(), textStart, textEnd - textStart, StandardCharsets.UTF_8);
  }

  /** A whole number of at most 18 digits, without a sign; -1 if it is none. */
  static long digits(byte[] text, int start, int end) {
    if (start == end || end - start > MOST_SHORT_DIGITS) {
      return -1;
    }
    long value = 0;
    for (int i = start; i < end; i++) {
      if (!isDigit(text[i])) {
        return -1;
      }
      value = value * 10 + (text[i] - '0');
    }
    return value;
  }

  final boolean textIs(byte[] text) {
    return Arrays.equals(textBytes(), textStart, textEnd, text, 0, text.length);
  }

  /**
   * A JSON string from its quote to behind the closing one. Its text stands in the line, or
   * unescaped in the tape's side.
   */
  final void readString() throws MalformedRecordException {
    int start = pos + 1;
    int i = start;
    while (true) {
      // eight bytes at a time over what needs no look
      while (i + Long.BYTES <= end) {
        long marks = Bytes.markSpecial(Bytes.eight(bytes, i));
        if (marks != 0) {
          i += Bytes.firstMark(marks);
          break;
        }
        i += Long.BYTES;
      }
      if (i >= end) {
        throw defectAt("string does not end", start - 1);
      }
      byte next = bytes[i];
      if (next == '"') {
        inSide = false;
        textStart = start;
        textEnd = i;
        pos = i + 1;
        return;
      }
      if (next == '\\') {
        readEscapedString(start, i);
        return;
      }
      i = next < 0 ? behindCharacter(i) : behindAscii(i);
    }
  }

  private int behindAscii(int index) throws MalformedRecordException {
    if (bytes[index] < ' ') {
      throw defectAt("control character in a string", index);
    }
    return index + 1;
  }

  /**
   * Checks one UTF-8 character of more than one byte (RFC 3629: no overlong forms, no surrogates,
   * at most U+10FFFF).
   */
  private int behindCharacter(int index) throws MalformedRecordException {
    int first = bytes[index] & 0xff;
    int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || index + length > end) {
      throw defectAt("invalid UTF-8", index);
    }
    int second = bytes[index + 1] & 0xff;
    int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (second < lowest || second > highest) {
      throw defectAt("invalid UTF-8", index);
    }
    for (int i = index + 2; i < index + length; i++) {
      if ((bytes[i] & 0xc0) != 0x80) {
        throw defectAt("invalid UTF-8", index);
      }
    }
    return index + length;
  }

  /** Unescapes into the tape's side, from the first backslash on. */
  private void readEscapedString(int start, int firstBackslash) throws MalformedRecordException {
    int sideStart = tape.sideSize();
    for (int i = start; i < firstBackslash; i++) {
      tape.side(bytes[i]);
    }
    int i = firstBackslash;
    while (true) {
      if (i >= end) {
        throw defectAt("string does not end", start - 1);
      }
      byte next = bytes[i];
      if (next == '"') {
        break;
      }
      if (next == '\\') {
        i = unescape(i);
      } else {
        int behind = next < 0 ? behindCharacter(i) : behindAscii(i);
        while (i < behind) {
          tape.side(bytes[i++]);
        }
      }
    }
    inSide = true;
    textStart = sideStart;
    textEnd = tape.sideSize();
    pos = i + 1;
  }

  private int unescape(int backslash) throws MalformedRecordException {
    if (backslash + 1 >= end) {
      throw defectAt("string does not end", backslash);
    }
    byte letter = bytes[backslash + 1];
    switch (letter) {
      case '"', '\\', '/' -> tape.side(letter);
      case 'b' -> tape.side((byte) '\b');
      case 'f' -> tape.side((byte) '\f');
      case 'n' -> tape.side((byte) '\n');
      case 'r' -> tape.side((byte) '\r');
      case 't' -> tape.side((byte) '\t');
      case 'u' -> {
        return unescapeUnicode(backslash);
      }
      default -> throw defectAt("unknown escape in a string", backslash);
    }
    return backslash + 2;
  }

  private int unescapeUnicode(int backslash) throws MalformedRecordException {
    int unit = hexUnit(backslash);
    int behind = backslash + 6;
    int codePoint = unit;
    if (unit >= 0xd800 && unit <= 0xdfff) {
      boolean high = unit < 0xdc00;
      boolean escapeFollows =
          behind + 6 <= end && bytes[behind] == '\\' && bytes[behind + 1] == 'u';
      int low = high && escapeFollows ? hexUnit(behind) : 0;
      if (low < 0xdc00 || low > 0xdfff) {
        throw defectAt("half a surrogate pair in a string", backslash);
      }
      codePoint = Character.toCodePoint((char) unit, (char) low);
      behind += 6;
    }
    if (codePoint < 0x80) {
      tape.side((byte) codePoint);
    } else if (codePoint < 0x800) {
      tape.side((byte) (0xc0 | codePoint >> 6));
      tape.side((byte) (0x80 | codePoint & 0x3f));
    } else if (codePoint < 0x10000) {
      tape.side((byte) (0xe0 | codePoint >> 12));
      tape.side((byte) (0x80 | codePoint >> 6 & 0x3f));
      tape.side((byte) (0x80 | codePoint & 0x3f));
    } else {
      tape.side((byte) (0xf0 | codePoint >> 18));
      tape.side((byte) (0x80 | codePoint >> 12 & 0x3f));
      tape.side((byte) (0x80 | codePoint >> 6 & 0x3f));
      tape.side((byte) (0x80 | codePoint & 0x3f));
    }
    return behind;
  }

  private int hexUnit(int backslash) throws MalformedRecordException {
    if (backslash + 6 > end) {
      throw defectAt("string does not end", backslash);
    }
    int unit = 0;
    for (int i = backslash + 2; i < backslash + 6; i++) {
      int digit = Character.digit(bytes[i], 16);
      if (digit < 0) {
        throw defectAt("unknown escape in a string", backslash);
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  // ---- messages

  /** {@code $}, or {@code $.Item.a.b[3]}: names are shown, shortened; values never. */
  @Override
  final String path() {
    if (depth == 0) {
      return "$";
    }
    StringBuilder path = new StringBuilder(root);
    for (int level = 1; level <= depth; level++) {
      int element = openElements[level];
      if (element < 0) {
        continue;
      }
      if (openMaps[level]) {
        String name = tape.name(element);
        path.append('.').append(shown(name));
      } else {
        path.append('[').append(element).append(']');
      }
    }
    return path.toString();
  }

  /** A name as messages have it: not endless. */
  static String shown(String name) {
    return name.length() <= MOST_NAME_IN_MESSAGE
        ? name
        : name.substring(0, MOST_NAME_IN_MESSAGE) + "...";
  }
}
