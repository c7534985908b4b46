package io.dynamodblake.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The lines of {@code manifest-files.json}, which may be a million: token by token, keeping only
 * what is needed.
 */
final class ManifestFiles {
  private static final int MD5_BYTES = 16;

  private final JsonFactory json;
  private final ReadOptions options;
  private final ExportSummary summary;
  private final ExportKeys keys;
  private final List<DataFile> files = new ArrayList<>();
  private final Set<String> seen = new HashSet<>();
  private final Map<String, String> keysByMd5 = new HashMap<>();
  private long items;
  private int index;
  private int repeated;

  private String key;
  private String md5;
  private long count;

  ManifestFiles(JsonFactory json, ExportSummary summary, ExportKeys keys, ReadOptions options) {
    this.json = json;
    this.options = options;
    this.summary = summary;
    this.keys = keys;
  }

  /** Returns the data files in their order, each once. */
  List<DataFile> files() {
    return files;
  }

  /** Returns the sum of their items. */
  long items() {
    return items;
  }

  /** Returns how many entries name a file that was named before. */
  int repeated() {
    return repeated;
  }

  /**
   * Reads all entries.
   *
   * @throws ExportFormatException if one of them is damaged
   */
  void read(InputStream in) throws IOException {
    try (JsonParser parser = json.createParser(in)) {
      parser.disable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (isListOfOthers(token)) {
          continue;
        }
        int line = parser.getTokenLocation().getLineNr();
        if (token != JsonToken.START_OBJECT) {
          throw fault(
              "the line is not a JSON object",
              line,
              options.verify() == Verify.MD5
                  ? WayOut.countsAlone(options.words())
                  : "; export again");
        }
        entry(parser, line);
        index++;
      }
    } catch (JsonProcessingException e) {
      int line = e.getLocation() == null ? index + 1 : e.getLocation().getLineNr();
      throw new ExportFormatException(
          "Cannot read "
              + ManifestReader.FILES
              + ": it is not valid JSON or cut off, at line "
              + line
              + ", in "
              + summary.folder()
              + "; export again",
          e);
    }
  }

  /** Tools that reformat JSON make one list of the lines; checksums are gone then anyway. */
  private boolean isListOfOthers(JsonToken token) {
    return options.verify() != Verify.MD5
        && (token == JsonToken.START_ARRAY || token == JsonToken.END_ARRAY);
  }

  private void entry(JsonParser parser, int line) throws IOException {
    key = null;
    md5 = null;
    count = -1;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.getCurrentName();
      JsonToken value = parser.nextToken();
      switch (name) {
        case "dataFileS3Key" -> key = text(parser, value, name, line);
        case "md5Checksum" -> md5 = text(parser, value, name, line);
        case "itemCount" -> count = count(parser, value, line);
        default -> parser.skipChildren();
      }
    }
    if (key == null) {
      throw fault("dataFileS3Key is missing", line);
    }
    if (count < 0 && options.verify() != Verify.NONE) {
      throw fault("itemCount is missing", line);
    }
    if (md5 == null) {
      if (options.verify() == Verify.MD5) {
        throw fault("md5Checksum is missing", line, WayOut.countsAlone(options.words()));
      }
      md5 = "";
    } else if (options.verify() == Verify.MD5 && !Digests.isMd5(md5)) {
      throw fault(
          "md5Checksum is not the base64 of " + MD5_BYTES + " bytes",
          line,
          WayOut.countsAlone(options.words()));
    }
    String path = keys.path(key, ManifestReader.FILES);
    if (!seen.add(key)) {
      if (options.verify() != Verify.NONE) {
        throw fault("the data file " + ExportKeys.printable(key) + " is listed twice", line);
      }
      repeated++;
      return;
    }
    if (count > 0 && options.verify() == Verify.MD5) {
      // a file that was copied over another one, and its checksum made to fit
      String other = keysByMd5.put(md5, key);
      if (other != null) {
        throw fault(
            "the data files %s and %s have one checksum, and an export holds no item twice"
                .formatted(ExportKeys.printable(other), ExportKeys.printable(key)),
            line);
      }
    }
    items += Math.max(count, 0);
    if (items < 0) {
      throw fault("item counts add up to more than 2^63", line);
    }
    // a file of no items is read, too: that it has none is what the manifest says of it
    files.add(new DataFile(index, path, key, count, md5, -1));
  }

  /** Returns null for a null, which other writers have where nothing is known. */
  private String text(JsonParser parser, JsonToken value, String name, int line)
      throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return null;
    }
    if (value != JsonToken.VALUE_STRING) {
      throw fault(name + " is not a string", line);
    }
    return parser.getText();
  }

  private long count(JsonParser parser, JsonToken value, int line) throws IOException {
    if (value == JsonToken.VALUE_NULL) {
      return -1;
    }
    if (value != JsonToken.VALUE_NUMBER_INT
        || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
        || parser.getLongValue() < 0) {
      throw fault("itemCount is not a whole number of 0 or more", line);
    }
    return parser.getLongValue();
  }

  private ExportFormatException fault(String what, int line) {
    return fault(what, line, "; export again");
  }

  private ExportFormatException fault(String what, int line, String wayOut) {
    return new ExportFormatException(
        "Cannot read "
            + ManifestReader.FILES
            + ": "
            + what
            + ", at line "
            + line
            + ", in "
            + summary.folder()
            + wayOut);
  }
}
