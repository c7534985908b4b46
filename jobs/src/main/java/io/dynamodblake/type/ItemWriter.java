package io.dynamodblake.type;

/**
 * Takes one item as a sequence of calls and writes it in one format. In a map every value follows
 * its name; the members of a set are written by the call for their kind. Values are trusted: who
 * calls has checked them.
 *
 * <pre>{@code
 * writer.beginItem();
 * writer.name(name, 0, name.length);
 * writer.text(value, 0, value.length);
 * writer.endItem();
 * }</pre>
 */
public interface ItemWriter {
  void beginItem();

  void endItem();

  /** Writes the name, in UTF-8, of the value that is written next. */
  void name(byte[] utf8, int offset, int length);

  void text(byte[] utf8, int offset, int length);

  /** Writes a number from its digits: sign, digits, point, digits; no exponent. */
  void number(byte[] ascii, int offset, int length);

  void binary(byte[] bytes, int offset, int length);

  void bool(boolean value);

  void nullValue();

  void beginList();

  void endList();

  void beginMap();

  void endMap();

  /** Begins a set; {@code set} is SS, NS or BS. */
  void beginSet(Descriptor set);

  void endSet();
}
