package scheduler

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"github.com/seastack/seastack/tools/localcloud/wire/wiretest"
)

// TestARepeatedRequestIsTheSameRequest: by its token.
func TestARepeatedRequestIsTheSameRequest(t *testing.T) {
	c := newCloud(t)
	in := input("s", "rate(1 hour)")
	in.ClientToken = aws.String("token-1")
	c.schedule(t, in)
	c.schedule(t, in)
	in.ClientToken = aws.String("token-2")
	_, err := c.CreateSchedule(t.Context(), in)
	wiretest.WantCode(t, err, "ConflictException")
	group := &scheduler.CreateScheduleGroupInput{Name: aws.String("g"), ClientToken: aws.String("token-1")}
	for range 2 {
		if _, err := c.CreateScheduleGroup(t.Context(), group); err != nil {
			t.Fatal(err)
		}
	}
	group.ClientToken = aws.String("token-2")
	_, err = c.CreateScheduleGroup(t.Context(), group)
	wiretest.WantCode(t, err, "ConflictException")
}

func TestReservedTagsAndPagesAreRefused(t *testing.T) {
	c := newCloud(t)
	_, err := c.CreateScheduleGroup(t.Context(), &scheduler.CreateScheduleGroupInput{
		Name: aws.String("g"), Tags: []types.Tag{{Key: aws.String("aws:x"), Value: aws.String("v")}},
	})
	wiretest.WantError(t, err, "ValidationException", "aws:x")
	for _, n := range []int32{0, 101} {
		_, err := c.ListSchedules(t.Context(), &scheduler.ListSchedulesInput{MaxResults: &n})
		wiretest.WantError(t, err, "ValidationException", "maxResults")
		_, err = c.ListScheduleGroups(t.Context(), &scheduler.ListScheduleGroupsInput{MaxResults: &n})
		wiretest.WantError(t, err, "ValidationException", "maxResults")
	}
}

// TestListSchedulesOfAGroup: the group is the only member that has another name
// in the query string.
func TestListSchedulesOfAGroup(t *testing.T) {
	c := newCloud(t)
	c.schedule(t, input("s", "rate(1 hour)"))
	out, err := c.ListSchedules(t.Context(), &scheduler.ListSchedulesInput{GroupName: aws.String("default")})
	if err != nil || len(out.Schedules) != 1 {
		t.Errorf("%v %+v", err, out)
	}
}
