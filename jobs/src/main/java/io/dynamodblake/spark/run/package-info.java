/** What any Spark job of ours needs: failures, live counts, the commit protocol, sessions. */
package io.dynamodblake.spark.run;
