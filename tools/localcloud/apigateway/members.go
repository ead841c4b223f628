package apigateway

import "github.com/seastack/seastack/tools/localcloud/members"

// inputs holds the Fate of each operation's input.
var inputs = members.Table{
	"CreateApi":               apiFate("ProtocolType Tags"),
	"CreateAuthorizer":        authorizerFate(""),
	"CreateDeployment":        {Applied: "ApiId Description StageName"},
	"CreateIntegration":       integrationFate(""),
	"CreateRoute":             routeFate(""),
	"CreateStage":             stageFate("Tags"),
	"DeleteAccessLogSettings": {Applied: "ApiId StageName"},
	"DeleteApi":               {Applied: "ApiId"},
	"DeleteAuthorizer":        {Applied: "ApiId AuthorizerId"},
	"DeleteCorsConfiguration": {Applied: "ApiId"},
	"DeleteDeployment":        {Applied: "ApiId DeploymentId"},
	"DeleteIntegration":       {Applied: "ApiId IntegrationId"},
	"DeleteRoute":             {Applied: "ApiId RouteId"},
	"DeleteRouteSettings":     {Applied: "ApiId RouteKey StageName"},
	"DeleteStage":             {Applied: "ApiId StageName"},
	"GetApi":                  {Applied: "ApiId"},
	"GetApis":                 {Applied: "MaxResults NextToken"},
	"GetAuthorizer":           {Applied: "ApiId AuthorizerId"},
	"GetAuthorizers":          {Applied: "ApiId MaxResults NextToken"},
	"GetDeployment":           {Applied: "ApiId DeploymentId"},
	"GetDeployments":          {Applied: "ApiId MaxResults NextToken"},
	"GetIntegration":          {Applied: "ApiId IntegrationId"},
	"GetIntegrations":         {Applied: "ApiId MaxResults NextToken"},
	"GetRoute":                {Applied: "ApiId RouteId"},
	"GetRoutes":               {Applied: "ApiId MaxResults NextToken"},
	"GetStage":                {Applied: "ApiId StageName"},
	"GetStages":               {Applied: "ApiId MaxResults NextToken"},
	"GetTags":                 {Applied: "ResourceArn"},
	"ResetAuthorizersCache":   {Applied: "ApiId StageName"},
	"TagResource":             {Applied: "ResourceArn Tags"},
	"UntagResource":           {Applied: "ResourceArn TagKeys"},
	"UpdateApi":               apiFate("ApiId"),
	"UpdateAuthorizer":        authorizerFate("AuthorizerId"),
	"UpdateDeployment":        {Applied: "ApiId DeploymentId Description"},
	"UpdateIntegration":       integrationFate("IntegrationId"),
	"UpdateRoute":             routeFate("RouteId"),
	"UpdateStage":             stageFate(""),
}

func apiFate(more string) members.Fate {
	return members.Fate{
		Applied: "ApiKeySelectionExpression CorsConfiguration Description DisableExecuteApiEndpoint Name RouteSelectionExpression Version " + more,
		Kept:    "IpAddressType",
		Refused: "CredentialsArn DisableSchemaValidation RouteKey Target", // all except the second belong to quick create
	}
}

func authorizerFate(more string) members.Fate {
	return members.Fate{
		Applied: `ApiId AuthorizerPayloadFormatVersion AuthorizerResultTtlInSeconds AuthorizerType AuthorizerUri
			EnableSimpleResponses IdentitySource JwtConfiguration.Audience JwtConfiguration.Issuer Name ` + more,
		Refused: "AuthorizerCredentialsArn IdentityValidationExpression",
	}
}

func integrationFate(more string) members.Fate {
	return members.Fate{
		Applied: `ApiId ConnectionType Description IntegrationMethod IntegrationType IntegrationUri PassthroughBehavior
			PayloadFormatVersion TimeoutInMillis ` + more,
		Refused: `ConnectionId ContentHandlingStrategy CredentialsArn IntegrationSubtype RequestParameters RequestTemplates
			ResponseParameters TemplateSelectionExpression TlsConfig`,
	}
}

func routeFate(more string) members.Fate {
	return members.Fate{
		Applied: "ApiId AuthorizationScopes AuthorizationType AuthorizerId OperationName RouteKey Target " + more,
		Refused: `ApiKeyRequired ModelSelectionExpression RequestModels RequestParameters
			RouteResponseSelectionExpression`,
	}
}

func stageFate(more string) members.Fate {
	return members.Fate{
		Applied: "AccessLogSettings ApiId AutoDeploy DeploymentId Description StageName StageVariables " + more,
		Kept: `DefaultRouteSettings.DetailedMetricsEnabled DefaultRouteSettings.ThrottlingBurstLimit
			DefaultRouteSettings.ThrottlingRateLimit RouteSettings.*.DetailedMetricsEnabled
			RouteSettings.*.ThrottlingBurstLimit RouteSettings.*.ThrottlingRateLimit`,
		Refused: `ClientCertificateId DefaultRouteSettings.DataTraceEnabled DefaultRouteSettings.LoggingLevel
			RouteSettings.*.DataTraceEnabled RouteSettings.*.LoggingLevel`,
	}
}
