package io.dynamodblake.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Properties;

/**
 * What EMR Serverless charges, in US dollars.
 *
 * @param place region and time of the prices, in words
 * @param vcpuHour for one vCPU, one hour
 * @param gigabyteHour for one GB of a worker's memory, one hour
 * @param gigabytesPerVcpu memory that a worker has
 */
record Prices(String place, double vcpuHour, double gigabyteHour, double gigabytesPerVcpu) {
  private static final String BUILT_IN = "/io/dynamodblake/job/prices.properties";
  private static final double SECONDS_PER_HOUR = 3600;
  private static final double GIGABYTES_PER_TERABYTE = 1000;

  /** Those that {@code dynamodb-lake estimate} reckons with. */
  static Prices builtIn() {
    Properties prices = new Properties();
    try (InputStream file = Prices.class.getResourceAsStream(BUILT_IN)) {
      prices.load(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Prices(
        prices.getProperty("prices-of"),
        Double.parseDouble(prices.getProperty("emr.per-vcpu-hour")),
        Double.parseDouble(prices.getProperty("emr.per-gb-hour")),
        Double.parseDouble(prices.getProperty("emr.gb-per-vcpu")));
  }

  Prices withVcpuHour(double price) {
    return new Prices("as given", price, gigabyteHour, gigabytesPerVcpu);
  }

  Prices withGigabyteHour(double price) {
    return new Prices("as given", vcpuHour, price, gigabytesPerVcpu);
  }

  /** What a terabyte costs if a gigabyte takes so many processor seconds and no core is idle. */
  double terabyte(double processorSecondsPerGigabyte) {
    return processorSecondsPerGigabyte
        * GIGABYTES_PER_TERABYTE
        / SECONDS_PER_HOUR
        * (vcpuHour + gigabytesPerVcpu * gigabyteHour);
  }

  String describe() {
    return String.format(
        Locale.ROOT,
        "%s: %.6f USD a vCPU-hour, %.7f USD a GB-hour, %.0f GB a vCPU",
        place,
        vcpuHour,
        gigabyteHour,
        gigabytesPerVcpu);
  }
}
