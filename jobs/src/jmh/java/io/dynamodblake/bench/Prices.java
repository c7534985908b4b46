package io.dynamodblake.bench;

import java.util.Locale;

/**
 * What EMR Serverless charges, in US dollars.
 *
 * @param vcpuHour for one vCPU, one hour
 * @param gigabyteHour for one GB of a worker's memory, one hour
 */
record Prices(double vcpuHour, double gigabyteHour) {
  /** List price for x86 in us-east-1. */
  static final Prices DEFAULT = new Prices(0.052624, 0.0057785);

  /** Workers have 4 GB for each vCPU unless somebody says otherwise. */
  private static final int GIGABYTES_PER_VCPU = 4;

  private static final double SECONDS_PER_HOUR = 3600;
  private static final double GIGABYTES_PER_TERABYTE = 1000;

  Prices withVcpuHour(double price) {
    return new Prices(price, gigabyteHour);
  }

  Prices withGigabyteHour(double price) {
    return new Prices(vcpuHour, price);
  }

  /** What a terabyte costs if a gigabyte takes so many processor seconds and no core is idle. */
  double terabyte(double processorSecondsPerGigabyte) {
    return processorSecondsPerGigabyte
        * GIGABYTES_PER_TERABYTE
        / SECONDS_PER_HOUR
        * (vcpuHour + GIGABYTES_PER_VCPU * gigabyteHour);
  }

  String describe() {
    return String.format(
        Locale.ROOT,
        "%.6f USD a vCPU-hour and %.7f USD a GB-hour, %d GB a vCPU",
        vcpuHour,
        gigabyteHour,
        GIGABYTES_PER_VCPU);
  }
}
