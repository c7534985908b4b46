package io.dynamodblake.job.inspect;

import io.dynamodblake.document.HtmlWriter;
import io.dynamodblake.job.text.Quantities;
import io.dynamodblake.schema.Histogram;
import io.dynamodblake.schema.ValueDetails;
import io.dynamodblake.schema.ValueProfile;
import io.dynamodblake.type.Descriptor;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.List;
import java.util.Optional;

/** Charts on a page, each with words that say where half of the values lie. */
final class Figures {
  private static final MathContext SHORT = new MathContext(5, RoundingMode.HALF_EVEN);
  private static final double LOWER = 0.25;
  private static final double UPPER = 0.75;
  private static final double LARGEST_PLAIN = 1e15;
  private static final double SMALLEST_PLAIN = 1e-6;

  private final HtmlWriter html;

  Figures(HtmlWriter html) {
    this.html = html;
  }

  private interface Words {
    String of(double number);
  }

  /**
   * Writes a chart.
   *
   * @param values whose spread it is
   * @param frame the numbers that the axis is made for: these, or with others that it is to be
   *     compared with
   * @param title stands before what the chart shows
   */
  void write(
      ValueProfile values,
      ValueDetails.Spread spread,
      Histogram numbers,
      Histogram frame,
      String title) {
    Optional<Moments.Unit> unit =
        switch (spread) {
          case NUMBERS -> Moments.ofNumbers(values);
          case TEXT_TIMES -> Optional.of(Moments.Unit.MILLISECONDS);
          case TEXT_BYTES, BINARY_BYTES, PARTS -> Optional.empty();
        };
    String what =
        title
            + switch (spread) {
              case NUMBERS -> unit.map(each -> "as " + each.words()).orElse("numbers");
              case TEXT_TIMES -> "times";
              case TEXT_BYTES -> "bytes of text";
              case BINARY_BYTES -> "bytes of binary";
              case PARTS -> parts(values);
            };
    if (unit.isPresent()) {
      times(numbers, frame, what, unit.get());
    } else {
      Words words = spread == ValueDetails.Spread.NUMBERS ? Figures::rounded : Figures::whole;
      Chart chart = Chart.of(numbers, frame);
      figure(
          chart,
          numbers,
          what + (chart.isByMagnitude() ? ", by magnitude" : ""),
          words,
          List.of(chart.from(), chart.to()));
    }
  }

  /** Says where half of the values lie. */
  static String words(ValueDetails.Spread spread, Histogram numbers) {
    Words words = spread == ValueDetails.Spread.NUMBERS ? Figures::rounded : Figures::whole;
    String what =
        switch (spread) {
          case NUMBERS -> "";
          case TEXT_TIMES -> "times ";
          case TEXT_BYTES, BINARY_BYTES -> "bytes ";
          case PARTS -> "parts ";
        };
    return what + half(numbers, words);
  }

  private static String half(Histogram numbers, Words words) {
    String from = words.of(numbers.quantile(LOWER));
    String to = words.of(numbers.quantile(UPPER));
    return from.equals(to) ? "half at " + from : "half from %s to %s".formatted(from, to);
  }

  private static String whole(double number) {
    return Quantities.count(Math.round(number));
  }

  private static String parts(ValueProfile values) {
    if (values.kinds() != 1) {
      return "parts of lists, maps and sets";
    }
    return values.count(Descriptor.M) > 0
        ? "entries of maps"
        : values.count(Descriptor.L) > 0 ? "elements of lists" : "members of sets";
  }

  private void times(Histogram numbers, Histogram frame, String what, Moments.Unit unit) {
    Chart chart = Chart.ofTimes(numbers, frame);
    double range = unit.millis(chart.to()) - unit.millis(chart.from());
    String outside =
        (chart.below() > 0 ? ", %s earlier".formatted(Quantities.count(chart.below())) : "")
            + (chart.above() > 0 ? ", %s later".formatted(Quantities.count(chart.above())) : "");
    figure(
        chart,
        numbers,
        what + outside,
        number -> Moments.words(unit.millis(number), range),
        List.of(chart.from(), (chart.from() + chart.to()) / 2, chart.to()));
  }

  private void figure(
      Chart chart, Histogram histogram, String what, Words words, List<Double> labels) {
    html.open("figure").element("figcaption", what + "; " + half(histogram, words));
    html.open(
        "svg",
        "aria-hidden",
        "true",
        "viewBox",
        "0 0 %d %d".formatted(chart.width(), Chart.HEIGHT),
        "preserveAspectRatio",
        "none");
    html.open("path", "d", chart.path()).close().close();
    labels.forEach(label -> html.element("span", words.of(label)));
    html.close();
  }

  private static String rounded(double number) {
    BigDecimal exact = BigDecimal.valueOf(number);
    BigDecimal rounded =
        exact.precision() - exact.scale() > SHORT.getPrecision() && Math.abs(number) < LARGEST_PLAIN
            ? exact.setScale(0, RoundingMode.HALF_EVEN)
            : exact.round(SHORT);
    return rounded.signum() == 0
        ? "0"
        : Math.abs(number) < LARGEST_PLAIN && Math.abs(number) >= SMALLEST_PLAIN
            ? rounded.stripTrailingZeros().toPlainString()
            : rounded.stripTrailingZeros().toString();
  }
}
