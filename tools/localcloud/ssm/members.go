package ssm

import "github.com/seastack/seastack/tools/localcloud/members"

// inputs holds the Fate of each operation's input.
var inputs = members.Table{
	"AddTagsToResource": {Applied: "ResourceId ResourceType Tags.Key Tags.Value"},
	"DeleteParameter":   {Applied: "Name"},
	"DeleteParameters":  {Applied: "Names"},
	"DescribeParameters": {
		Applied: `Filters.Key Filters.Values MaxResults NextToken ParameterFilters.Key ParameterFilters.Option
			ParameterFilters.Values`,
		Refused: "Shared",
	},
	"GetParameter":        {Applied: "Name WithDecryption"},
	"GetParameterHistory": {Applied: "MaxResults Name NextToken WithDecryption"},
	"GetParameters":       {Applied: "Names WithDecryption"},
	"GetParametersByPath": {
		Applied: `MaxResults NextToken ParameterFilters.Key ParameterFilters.Option ParameterFilters.Values Path Recursive
			WithDecryption`,
	},
	"LabelParameterVersion":   {Applied: "Labels Name ParameterVersion"},
	"ListTagsForResource":     {Applied: "ResourceId ResourceType"},
	"PutParameter":            {Applied: "AllowedPattern DataType Description Name Overwrite Tags.Key Tags.Value Tier Type Value", Kept: "KeyId", Refused: "Policies"},
	"RemoveTagsFromResource":  {Applied: "ResourceId ResourceType TagKeys"},
	"UnlabelParameterVersion": {Applied: "Labels Name ParameterVersion"},
}
