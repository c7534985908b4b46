package io.dynamodblake.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.dynamodblake.json.ItemScanner;
import io.dynamodblake.json.ItemTape;
import io.dynamodblake.json.MalformedRecordException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Tells what a data file holds from a line of it that is no item: many things look like an export
 * and are none, or one of another kind. What is recognised is refused as a whole, because lines
 * that are all bad are no bad lines.
 */
public final class ForeignContent {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MOST_LOOKED_AT = 1 << 20;
  private static final Pattern ION =
      Pattern.compile("\\$ion_1_0\\b.*|\\{\\s*'?(Item|Record)'?\\s*:.*", Pattern.DOTALL);
  private static final Pattern ION_CHANGE =
      Pattern.compile("(\\$ion_1_0\\s+)?\\{\\s*'?Record'?\\s*:.*", Pattern.DOTALL);
  private static final Pattern ION_ITEM =
      Pattern.compile("(\\$ion_1_0\\s+)?\\{\\s*'?Item'?\\s*:.*", Pattern.DOTALL);
  private static final Pattern SEVERAL_LINES =
      Pattern.compile("[{\\[]|\\[\\s*\\{.*", Pattern.DOTALL);
  private static final String CHANGES =
      "it holds the changes of an incremental export and not items; give a full export, or bring the changes into its lake table with apply";
  private static final String ITEMS =
      "it holds the items of a full export and not changes; give an incremental export, or make a lake table of the full one with flatten";
  private static final String JQ_SCAN = "jq -c '{Item: .Items[]}'";

  private record Magic(String bytes, String what) {}

  private static final List<Magic> MAGICS =
      List.of(
          // begins as UTF-16 does
          new Magic(
              "\u00ff\u00fe\u0000\u0000",
              "UTF-32 text; write it as UTF-8, as iconv -f UTF-32 does"),
          new Magic(
              "\u0000\u0000\u00fe\u00ff",
              "UTF-32 text; write it as UTF-8, as iconv -f UTF-32 does"),
          new Magic("\u00ff\u00fe", "UTF-16 text; write it as UTF-8, as iconv -f UTF-16 does"),
          new Magic("\u00fe\u00ff", "UTF-16 text; write it as UTF-8, as iconv -f UTF-16 does"),
          new Magic("\u00e0\u0001\u0000\u00ea", "binary Ion; exports have Ion as text"),
          new Magic("\u001f\u008b", "gzip within gzip; unpack it once"),
          new Magic("PAR1", "Parquet; give an export"),
          new Magic("PK\u0003\u0004", "a zip archive; unpack it"),
          new Magic("BZh", "bzip2; pack it as gzip"),
          new Magic("\u00fd7zXZ\u0000", "xz; pack it as gzip"),
          new Magic("7z\u00bc\u00af", "a 7-zip archive; unpack it"),
          new Magic("Obj\u0001", "Avro; give an export"),
          new Magic("ORC", "ORC; give an export"),
          new Magic(
              "\u0000\u0000\u0000\u0000\u0000\u0000\u0000\u0000",
              "bytes of zero, as of a copy that broke off; copy it again or export again"),
          new Magic("<", "XML or HTML, such as a page that tells an error; copy it again"));

  private ForeignContent() {}

  /**
   * Says that the file is another thing than an export's data, and which.
   *
   * @param reader stands on the first line of its file that is not blank, which is no record of the
   *     kind
   * @param kind what the lines should be
   * @return empty if the line may be a single bad one
   */
  public static Optional<ExportFormatException> of(
      DataFileReader reader, RecordKind kind, RecordFormat format) {
    int length = Math.min(reader.end() - reader.start(), MOST_LOOKED_AT);
    byte[] line = new byte[length];
    System.arraycopy(reader.buffer(), reader.start(), line, 0, length);
    return words(line, kind, format, reader.file()).map(words -> fault(reader.file(), words));
  }

  /** Whether the line that a reader stands on is Ion as exports have it. */
  static boolean isIon(DataFileReader reader) {
    int length = Math.min(reader.end() - reader.start(), MOST_LOOKED_AT);
    String text = new String(reader.buffer(), reader.start(), length, StandardCharsets.UTF_8);
    return ION.matcher(text.strip()).matches();
  }

  /** Says that a line of what should be Ion turned out to be DynamoDB JSON. */
  public static ExportFormatException jsonForIon(DataFileReader reader) {
    return fault(
        reader.file(), "line " + reader.line() + " is " + other(RecordFormat.ION, reader.file()));
  }

  private static ExportFormatException fault(DataFile file, String words) {
    int wayOut = words.indexOf(';');
    return new ExportFormatException(
        "Cannot read data file: "
            + words.substring(0, wayOut)
            + ", in "
            + file.key()
            + words.substring(wayOut));
  }

  private static Optional<String> words(
      byte[] line, RecordKind kind, RecordFormat format, DataFile file) {
    String start = new String(line, 0, Math.min(line.length, 8), StandardCharsets.ISO_8859_1);
    for (Magic magic : MAGICS) {
      if (start.startsWith(magic.bytes())) {
        return Optional.of("it is " + magic.what());
      }
    }
    if (start.length() > 1 && (start.charAt(0) == 0) != (start.charAt(1) == 0)) {
      return Optional.of("it is UTF-16 text without its mark; write it as UTF-8");
    }
    String text = new String(line, StandardCharsets.UTF_8).strip();
    if (kind == RecordKind.ITEM && ION_CHANGE.matcher(text).matches()) {
      return Optional.of(CHANGES);
    }
    if (kind == RecordKind.CHANGE && ION_ITEM.matcher(text).matches()) {
      return Optional.of(ITEMS);
    }
    if (format == RecordFormat.DYNAMODB_JSON && ION.matcher(text).matches()) {
      return Optional.of("it is " + other(format, file));
    }
    if (SEVERAL_LINES.matcher(text).matches()) {
      return Optional.of(
          "it is JSON of several lines, or a list, and an export has one %s a line; make it so with jq -c '.[]' or jq -c .%s"
              .formatted(
                  kind.word(),
                  kind == RecordKind.ITEM
                      ? ", or, if it is what aws dynamodb scan prints, with " + JQ_SCAN
                      : ""));
    }
    if (holdsSeveral(line)) {
      return Optional.of(
          "it has several %ss on a line; make it one a line with jq -c .".formatted(kind.word()));
    }
    Set<String> members = members(line);
    return kind == RecordKind.ITEM ? noItem(line, members) : noChange(members, format, file);
  }

  /** Neither says what it is told to be: the manifest where there is one, or else the name. */
  private static String other(RecordFormat said, DataFile file) {
    RecordFormat found = said == RecordFormat.ION ? RecordFormat.DYNAMODB_JSON : RecordFormat.ION;
    boolean manifest = file.itemCount() >= 0;
    return "%s, and %s says %s; %s"
        .formatted(
            found == RecordFormat.ION ? "Ion" : "DynamoDB JSON",
            manifest ? "the manifest" : "its name",
            said.name(),
            manifest
                ? "export again, or correct outputFormat in the manifest"
                : "rename it to end in ." + (found == RecordFormat.ION ? "ion" : "json"));
  }

  /** Two may be a line that lost its end; more are how the file was written. */
  private static boolean holdsSeveral(byte[] line) {
    int objects = 0;
    try (JsonParser parser = JSON.createParser(line)) {
      while (objects < 3 && parser.nextToken() == JsonToken.START_OBJECT) {
        parser.skipChildren();
        objects++;
      }
    } catch (IOException cutOffOrNoJson) {
      // those before it are known all the same
    }
    return objects == 3;
  }

  private static Set<String> members(byte[] line) {
    Set<String> members = new HashSet<>();
    try (JsonParser parser = JSON.createParser(line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return members;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        members.add(parser.getCurrentName());
        parser.nextToken();
        parser.skipChildren();
      }
    } catch (IOException cutOffOrNoJson) {
      // what was read before it is known all the same
    }
    return members;
  }

  private static Optional<String> noItem(byte[] line, Set<String> members) {
    if (members.contains("Item") || members.isEmpty()) {
      return Optional.empty();
    }
    if (members.contains("Keys") && members.contains("Metadata")) {
      return Optional.of(CHANGES);
    }
    if (members.contains("Items")) {
      return Optional.of(
          "it is what a Scan or Query answers, such as aws dynamodb scan prints, and not an export; make one item a line of it with "
              + JQ_SCAN);
    }
    if (isOfStream(members)) {
      return Optional.of("it holds the records of a stream and not items; give a full export");
    }
    return isBareItem(line)
        ? Optional.of(
            "it has items without the member 'Item' around them; put it there with jq -c '{Item: .}'")
        : Optional.empty();
  }

  private static Optional<String> noChange(
      Set<String> members, RecordFormat format, DataFile file) {
    if (members.contains("Keys")) {
      return format == RecordFormat.ION
          ? Optional.of("it is " + other(format, file))
          : Optional.empty();
    }
    if (members.contains("Item")) {
      return Optional.of(ITEMS);
    }
    return isOfStream(members)
        ? Optional.of(
            "it holds the records of a stream and not those of an incremental export; give an incremental export")
        : Optional.empty();
  }

  private static boolean isOfStream(Set<String> members) {
    return members.contains("dynamodb") && members.contains("eventName");
  }

  private static boolean isBareItem(byte[] line) {
    ByteArrayOutputStream wrapped = new ByteArrayOutputStream();
    wrapped.writeBytes("{\"Item\":".getBytes(StandardCharsets.US_ASCII));
    wrapped.writeBytes(line);
    wrapped.write('}');
    try {
      new ItemScanner().scan(wrapped.toByteArray(), 0, wrapped.size(), new ItemTape());
      return true;
    } catch (MalformedRecordException none) {
      return false;
    }
  }
}
