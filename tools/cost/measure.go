package cost

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"

	"github.com/seastack/seastack/gen/names"
)

// maxQueries is how many queries one call takes.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
const maxQueries = 500

// fine is the longest window whose metrics are read by the minute; that of others is
// read by the hour.
const fine = 3 * time.Hour

// measure reads the metrics of functions.
func (r reader) measure(ctx context.Context, all []Usage) error {
	var queries []types.MetricDataQuery
	for i, u := range all {
		name := r.name(u)
		queries = append(queries,
			r.query(fmt.Sprintf("n%d", i), "AWS/Lambda", "Invocations", "FunctionName", name),
			r.query(fmt.Sprintf("d%d", i), "AWS/Lambda", "Duration", "FunctionName", name),
			r.query(fmt.Sprintf("b%d", i), "AWS/Logs", "IncomingBytes", "LogGroupName", names.LogGroup(name)))
	}
	sums := map[string]float64{}
	for some := range slices.Chunk(queries, maxQueries) {
		if err := r.sum(ctx, some, sums); err != nil {
			return err
		}
	}
	for i := range all {
		all[i].Invocations = int64(math.Round(sums[fmt.Sprintf("n%d", i)]))
		all[i].Duration = duration(sums[fmt.Sprintf("d%d", i)])
		all[i].LogBytes = int64(math.Round(sums[fmt.Sprintf("b%d", i)]))
	}
	return nil
}

func (r reader) query(id, namespace, metric, dimension, value string) types.MetricDataQuery {
	period := int32(3600)
	if r.to.Sub(r.from) <= fine {
		period = 60
	}
	return types.MetricDataQuery{Id: &id, MetricStat: &types.MetricStat{
		Period: &period, Stat: aws.String("Sum"),
		Metric: &types.Metric{Namespace: &namespace, MetricName: &metric, Dimensions: []types.Dimension{{Name: &dimension, Value: &value}}},
	}}
}

// sum adds up the values of queries, by their IDs.
func (r reader) sum(ctx context.Context, queries []types.MetricDataQuery, sums map[string]float64) error {
	pages := cloudwatch.NewGetMetricDataPaginator(r.metrics, &cloudwatch.GetMetricDataInput{
		MetricDataQueries: queries, StartTime: &r.from, EndTime: &r.to,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, result := range page.MetricDataResults {
			for _, v := range result.Values {
				sums[aws.ToString(result.Id)] += v
			}
		}
	}
	return nil
}
