package dev

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/seastack/seastack/gen/names"
)

// calledLast returns the function that has logged last, alone; none where one is
// asked about, or no log can be read.
func (s *session) calledLast(ctx context.Context, ids []string) []string {
	if len(ids) < 2 {
		return nil
	}
	var last []string
	var at int64
	for _, id := range ids {
		group := names.LogGroup(s.onAWS(id))
		out, err := s.logs.DescribeLogStreams(ctx, &cloudwatchlogs.DescribeLogStreamsInput{
			LogGroupName: &group, OrderBy: types.OrderByLastEventTime, Descending: aws.Bool(true), Limit: aws.Int32(1),
		})
		if err != nil || len(out.LogStreams) == 0 {
			continue
		}
		if t := aws.ToInt64(out.LogStreams[0].LastEventTimestamp); t > at {
			last, at = []string{id}, t
		}
	}
	return last
}
