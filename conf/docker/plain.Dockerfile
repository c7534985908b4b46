# The commands with a Spark of their own, for a laptop, a build server, ECS or AWS Batch. docs/compatibility.md says what was tried.
#
#   tar -xzf dynamodb-lake-0.2.0-bundle.tar.gz
#   docker build -f conf/docker/plain.Dockerfile --build-arg SPARK_IMAGE=IMAGE --build-arg BUNDLE=dynamodb-lake-0.2.0 -t dynamodb-lake .
#   docker run --rm dynamodb-lake demo --dir /tmp/demo
#
# SPARK_IMAGE is any image with Spark 3.5 on Scala 2.12, Java 17 and SPARK_HOME, such as the official one, repository spark, tag 3.5.7-java17.
# For paths on S3 its jars/ needs the hadoop-aws of its Hadoop and the AWS SDK that goes with that: mount them, or build them in.
ARG SPARK_IMAGE
FROM ${SPARK_IMAGE}
ARG BUNDLE
USER root
COPY ${BUNDLE} /opt/dynamodb-lake
# Nobody in particular: it owns nothing in the image.
USER 65534:65534
ENV HOME=/tmp
WORKDIR /tmp
ENTRYPOINT ["/opt/dynamodb-lake/bin/dynamodb-lake"]
CMD ["--help"]
