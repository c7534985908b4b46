package io.dynamodblake.lake.input.csv;

import com.univocity.parsers.common.TextParsingException;
import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import com.univocity.parsers.csv.UnescapedQuoteHandling;
import io.dynamodblake.conf.RestoreKeys;
import io.dynamodblake.conf.Words;
import io.dynamodblake.schema.DataRefusedException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/**
 * Reads one CSV file by RFC 4180: UTF-8 with or without a mark in front, a header, lines that end
 * with LF or CR LF. Compressed files are known by their names.
 *
 * <p>The parser is the one of Spark's CSV source. It is used without that because Spark repairs
 * what is not UTF-8, pads or cuts lines that are too short or too long, and does not say which line
 * it was.
 */
final class CsvFile implements Closeable {
  static final char QUOTE = '"';

  // a value of 400 KB is the most that an item takes; a quote that is never closed goes on forever
  private static final int MOST_CHARS = 1 << 22;
  private static final int MOST_COLUMNS = 20_000;
  private static final int BUFFER_CHARS = 1 << 16;
  private static final int UNICODE_MARK = 0xFEFF;

  private final Path path;
  private final boolean emptyAbsent;
  private final Configuration configuration;
  private final CsvParser parser;
  private final TextReader text;
  private final String[] header;
  private String[] fields;
  private long line;
  private long linesBefore;

  /**
   * Opens a file and reads its header.
   *
   * @param emptyAbsent whether an empty field in quotes is null
   * @param words how whoever asks writes options, for messages
   * @throws DataRefusedException if it has no sound header
   * @throws IOException if the store fails
   */
  CsvFile(Path path, char delimiter, boolean emptyAbsent, Words words, Configuration configuration)
      throws IOException {
    this.path = path;
    this.emptyAbsent = emptyAbsent;
    this.configuration = configuration;
    this.parser = new CsvParser(settings(delimiter));
    this.text = new TextReader(open());
    try {
      begin();
      if (!readFields()) {
        throw new DataRefusedException(
            "Cannot read CSV: the file is empty, and its first line should name the columns, in "
                + path);
      }
      header = new String[fields.length];
      for (int i = 0; i < header.length; i++) {
        header[i] = text(i);
      }
      checkHeader(delimiter, words);
    } catch (IOException | RuntimeException e) {
      try (text) {
        throw e;
      }
    }
  }

  private static CsvParserSettings settings(char delimiter) {
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setLineSeparator("\n");
    settings.getFormat().setDelimiter(delimiter);
    settings.getFormat().setQuote(QUOTE);
    settings.getFormat().setQuoteEscape(QUOTE);
    settings.getFormat().setCharToEscapeQuoteEscaping('\0');
    // only with its quotes can "" be told from nothing
    settings.setKeepQuotes(true);
    settings.setUnescapedQuoteHandling(UnescapedQuoteHandling.RAISE_ERROR);
    settings.setNormalizeLineEndingsWithinQuotes(false);
    settings.setIgnoreLeadingWhitespaces(false);
    settings.setIgnoreTrailingWhitespaces(false);
    settings.setIgnoreLeadingWhitespacesInQuotes(false);
    settings.setIgnoreTrailingWhitespacesInQuotes(false);
    settings.setSkipBitsAsWhitespace(false);
    settings.setCommentProcessingEnabled(false);
    settings.setReadInputOnSeparateThread(false);
    settings.setInputBufferSize(BUFFER_CHARS);
    settings.setMaxCharsPerColumn(MOST_CHARS);
    settings.setMaxColumns(MOST_COLUMNS);
    settings.setErrorContentLength(0);
    return settings;
  }

  private InputStream openBytes() throws IOException {
    InputStream stored = path.getFileSystem(configuration).open(path);
    CompressionCodec codec = new CompressionCodecFactory(configuration).getCodec(path);
    return new BufferedInputStream(
        codec == null ? stored : codec.createInputStream(stored), BUFFER_CHARS);
  }

  private static CharsetDecoder strictDecoder() {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  private Reader open() throws IOException {
    return new BufferedReader(new InputStreamReader(openBytes(), strictDecoder()), BUFFER_CHARS);
  }

  private void begin() throws IOException {
    try {
      text.mark(1);
      if (text.read() != UNICODE_MARK) {
        text.reset();
      }
      parser.beginParsing(text);
    } catch (CharacterCodingException | TextParsingException e) {
      throw failed(e);
    }
  }

  private void checkHeader(char delimiter, Words words) {
    if (header.length == 1 && header[0] != null) {
      for (char other : CsvDelimiters.ALL) {
        if (other != delimiter && other != ' ' && header[0].indexOf(other) >= 0) {
          throw badHeader(
              "it is one name with '"
                  + CsvDelimiters.word(other)
                  + "' in it; give "
                  + words.of(RestoreKeys.CSV_DELIMITER, "'" + CsvDelimiters.word(other) + "'"));
        }
      }
    }
    for (int i = 0; i < header.length; i++) {
      if (header[i] == null || header[i].isEmpty()) {
        throw badHeader("column " + (i + 1) + " of " + header.length + " has no name");
      }
      if (header[i].chars().anyMatch(Character::isISOControl)) {
        throw badHeader(
            "the name of column "
                + (i + 1)
                + " holds control characters; the text should be UTF-8 with lines ending in LF or"
                + " CR LF");
      }
      for (int j = 0; j < i; j++) {
        if (header[j].equals(header[i])) {
          throw badHeader("column '" + header[i] + "' is there twice");
        }
      }
    }
  }

  private DataRefusedException badHeader(String reason) {
    return new DataRefusedException("Cannot read CSV: header: " + reason + ", in " + path);
  }

  /** Names of the columns, all different. */
  List<String> header() {
    return List.of(header);
  }

  /**
   * Reads the next line that is not blank.
   *
   * @return false at the end
   * @throws DataRefusedException if the rest of the file cannot be made out
   */
  boolean next() throws IOException {
    return readFields();
  }

  private boolean readFields() throws IOException {
    boolean found;
    do {
      found = readLine();
      // what is left of a blank line that ends with CR LF
    } while (found && fields.length == 1 && fields[0] == null);
    return found;
  }

  private boolean readLine() throws IOException {
    String[] before = fields;
    try {
      fields = parser.parseNext();
    } catch (TextParsingException e) {
      throw failed(e);
    }
    if (fields == null) {
      // the parser closes such a field by itself
      boolean quoted = before != null && before[before.length - 1] != null;
      if (quoted && isQuoted(before[before.length - 1]) && text.quotes() % 2 != 0) {
        boolean lineFeedInside = before[before.length - 1].endsWith("\n");
        throw unreadable(
            "the quotes of a field are never closed", lineFeedInside ? line + 1 : line);
      }
      return false;
    }
    long read = parser.getContext().currentChar();
    long lineFeeds = text.lineFeedsBefore(read);
    line = text.isLineFeed(read - 1) ? lineFeeds : lineFeeds + 1;
    if (lineFeeds - linesBefore > 1) {
      // blank lines before it, or line feeds in it
      for (String field : fields) {
        for (int i = 0; field != null && i < field.length(); i++) {
          if (field.charAt(i) == '\n') {
            line--;
          }
        }
      }
    }
    linesBefore = lineFeeds;
    int last = fields.length - 1;
    String field = fields[last];
    if (field != null && !field.startsWith("\"") && field.endsWith("\r")) {
      fields[last] = field.length() == 1 ? null : field.substring(0, field.length() - 1);
    }
    return true;
  }

  /** Number of fields of the line. */
  int size() {
    return fields.length;
  }

  /** Where the line begins, counted from 1. */
  long line() {
    return line;
  }

  /**
   * A field without its quotes; null if nothing stands there, not even quotes, or nothing in them
   * where that is to be the same.
   */
  String text(int index) {
    String field = fields[index];
    if (field == null || !isQuoted(field)) {
      return field;
    }
    return emptyAbsent && field.length() == 2 ? null : field.substring(1, field.length() - 1);
  }

  /** Whether a field holds a quote without being quoted, which everybody reads in another way. */
  boolean hasStrayQuote(int index) {
    String field = fields[index];
    return field != null && !isQuoted(field) && field.indexOf(QUOTE) >= 0;
  }

  private static boolean isQuoted(String field) {
    return field.length() >= 2 && field.charAt(0) == QUOTE;
  }

  private DataRefusedException failed(Exception e) throws IOException {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof CharacterCodingException) {
        return unreadable("it is not UTF-8; convert it first", lineThatIsNotUtf8());
      }
      if (cause instanceof IOException failure) {
        throw failure;
      }
    }
    long at =
        parser.getContext() == null
            ? 1
            : text.lineFeedsBefore(parser.getContext().currentChar()) + 1;
    boolean quote = String.valueOf(e.getMessage()).contains("inside quoted value");
    return unreadable(
        quote
            ? "something follows the closing quote of a field; double quotes inside fields"
            : "a field is longer than %,d characters or a line has more than %,d fields; is a quote"
                    .formatted(MOST_CHARS, MOST_COLUMNS)
                + " never closed?",
        at);
  }

  private DataRefusedException unreadable(String reason, long at) {
    return new DataRefusedException(
        "Cannot read CSV: " + reason + ", at line " + at + " of " + path);
  }

  /** A reader throws before it has given away what comes before the bad bytes. */
  private long lineThatIsNotUtf8() throws IOException {
    CharsetDecoder decoder = strictDecoder();
    ByteBuffer bytes = ByteBuffer.allocate(BUFFER_CHARS);
    CharBuffer chars = CharBuffer.allocate(BUFFER_CHARS);
    long lines = 1;
    try (InputStream in = openBytes()) {
      boolean more = true;
      while (more) {
        int read = in.read(bytes.array(), bytes.position(), bytes.remaining());
        more = read >= 0;
        bytes.position(bytes.position() + Math.max(0, read)).flip();
        CoderResult result = decoder.decode(bytes, chars, !more);
        bytes.compact();
        chars.flip();
        while (chars.hasRemaining()) {
          if (chars.get() == '\n') {
            lines++;
          }
        }
        chars.clear();
        if (result.isError()) {
          return lines;
        }
      }
    }
    return lines;
  }

  @Override
  public void close() throws IOException {
    parser.stopParsing();
    text.close();
  }

  /**
   * Counts quotes, of which a sound file has an even number, and line feeds, which the parser does
   * not count inside of quotes. Positions are those of the parser, which reads ahead.
   */
  private static final class TextReader extends FilterReader {
    private long quotes;
    private long position;
    private long lineFeeds;
    private long lastLineFeed = -1;
    private long[] ahead = new long[1024];
    private int from;
    private int to;

    TextReader(Reader in) {
      super(in);
    }

    long quotes() {
      return quotes;
    }

    /** How many line feeds there are before a position. Positions may not go back. */
    long lineFeedsBefore(long end) {
      while (from < to && ahead[from] < end) {
        lastLineFeed = ahead[from++];
        lineFeeds++;
      }
      return lineFeeds;
    }

    /** Whether a line feed is there, right before the position asked for last. */
    boolean isLineFeed(long at) {
      return lastLineFeed == at;
    }

    @Override
    public int read(char[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      for (int i = 0; i < read; i++) {
        char character = buffer[offset + i];
        if (character == QUOTE) {
          quotes++;
        } else if (character == '\n') {
          push(position + i);
        }
      }
      position += Math.max(0, read);
      return read;
    }

    private void push(long at) {
      if (to == ahead.length) {
        int size = to - from;
        long[] room = size > ahead.length / 2 ? new long[ahead.length * 2] : ahead;
        System.arraycopy(ahead, from, room, 0, size);
        ahead = room;
        from = 0;
        to = size;
      }
      ahead[to++] = at;
    }
  }
}
