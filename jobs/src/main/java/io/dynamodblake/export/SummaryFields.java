package io.dynamodblake.export;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/**
 * Typed access to the fields of the summary; null counts as absent.
 *
 * @param missing fields that DynamoDB always writes, and that this summary lacks
 */
record SummaryFields(JsonNode document, String folder, ReadOptions options, List<String> missing) {
  // those whom others than DynamoDB gave an export have nobody to ask for another
  private static final String DATA_ALONE =
      "; export again, or give the folder of its data files to read what is there unchecked";

  Optional<String> text(String name) {
    JsonNode value = document.get(name);
    if (value == null || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw fault(name + " is not a string");
    }
    return Optional.of(value.textValue());
  }

  String required(String name) {
    return text(name)
        .filter(text -> !text.isEmpty())
        .orElseThrow(() -> fault(name + " is missing"));
  }

  /** What DynamoDB always writes, and others may leave out where only counts are checked. */
  Optional<String> usual(String name) {
    Optional<String> text = text(name).filter(given -> !given.isEmpty());
    if (text.isEmpty()) {
      if (options.verify() == Verify.MD5) {
        throw fault(name + " is missing", WayOut.countsAlone(options.words()));
      }
      missing.add(name);
    }
    return text;
  }

  long count(String name) {
    JsonNode value = document.get(name);
    if (value == null || value.isNull()) {
      if (options.verify() == Verify.NONE) {
        missing.add(name);
        return -1;
      }
      throw fault(name + " is missing");
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw fault(name + " is not a whole number of 0 or more");
    }
    return value.longValue();
  }

  Optional<Instant> time(String name) {
    Optional<String> text = usual(name);
    try {
      return text.map(given -> OffsetDateTime.parse(given).toInstant());
    } catch (DateTimeException e) {
      throw new ExportFormatException(
          fault(name + " is not a time such as 2026-11-18T03:20:00.000Z").getMessage(), e);
    }
  }

  ExportFormatException fault(String what) {
    return fault(what, DATA_ALONE);
  }

  ExportFormatException fault(String what, String wayOut) {
    return new ExportFormatException(
        "Cannot read " + ManifestReader.SUMMARY + ": " + what + ", in " + folder + wayOut);
  }
}
