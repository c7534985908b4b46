package io.dynamodblake.job.inspect;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dynamodblake.schema.Histogram;
import io.dynamodblake.schema.TextKind;
import io.dynamodblake.schema.ValueDetails;
import java.util.Map;

/** {@link ValueDetails} in the document of an {@link Inspection}. */
final class DetailsJson {
  private static final Map<ValueDetails.Spread, String> SPREADS =
      Map.of(
          ValueDetails.Spread.NUMBERS, "numbers",
          ValueDetails.Spread.TEXT_BYTES, "textBytes",
          ValueDetails.Spread.BINARY_BYTES, "binaryBytes",
          ValueDetails.Spread.PARTS, "parts",
          ValueDetails.Spread.TEXT_TIMES, "textTimes");
  private static final Map<TextKind, String> FORMS =
      Map.of(
          TextKind.NUMBER, "numbers",
          TextKind.BOOLEAN, "booleans",
          TextKind.DATE, "dates",
          TextKind.TIME, "times",
          TextKind.JSON, "json");

  private static final int MOST_BINS = 32; // of each place of possibly thousands

  private DetailsJson() {}

  static void put(ObjectNode node, ValueDetails details, ShownValues shown) {
    details
        .texts()
        .ifPresent(
            texts -> {
              node.putObject("differentTexts")
                  .put("number", texts.number())
                  .put("exact", texts.areFew());
              ObjectNode forms = node.objectNode();
              for (TextKind form : TextKind.values()) {
                if (FORMS.containsKey(form) && details.count(form) > 0) {
                  forms.put(FORMS.get(form), details.count(form));
                }
              }
              if (!forms.isEmpty()) {
                node.set("textsLike", forms);
              }
            });
    ObjectNode histograms = node.objectNode();
    for (ValueDetails.Spread spread : ValueDetails.Spread.values()) {
      details
          .spread(spread)
          .map(found -> hides(spread, shown) ? found.ranges() : found)
          .ifPresent(histogram -> putBins(histograms.putArray(SPREADS.get(spread)), histogram));
    }
    if (!histograms.isEmpty()) {
      node.set("histograms", histograms);
    }
  }

  /** Where numbers are few, their bins are the numbers. */
  private static boolean hides(ValueDetails.Spread spread, ShownValues shown) {
    return spread == ValueDetails.Spread.NUMBERS && shown == ShownValues.NONE;
  }

  private static void putBins(ArrayNode node, Histogram histogram) {
    for (Histogram.Bin bin : histogram.atMost(MOST_BINS).bins()) {
      node.addObject().put("from", bin.from()).put("below", bin.below()).put("count", bin.count());
    }
  }
}
