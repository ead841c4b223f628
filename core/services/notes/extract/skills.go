package extract

import "strings"

// vocabulary is the skills that are recognised: the name in notes, then other
// spellings. Letter case does not matter, except where caseMatters says so.
var vocabulary = [][]string{
	{"Accessibility", "a11y"}, {"Agile"}, {"Algorithms"}, {"Android"}, {"Angular"}, {"Ansible"},
	{"API design"}, {"AWS", "amazon web services"}, {"Azure"},
	{"C#"}, {"C++", "cpp"}, {"Caching"}, {"Cassandra"}, {"CI/CD", "ci", "continuous integration", "continuous delivery", "continuous deployment"},
	{"Code review", "code reviews"}, {"Communication"}, {"Concurrency"}, {"CSS"},
	{"Data modelling", "data modeling"}, {"Data structures"}, {"Deep learning"}, {"Distributed systems", "distributed system"},
	{"Django"}, {"Docker", "containers"}, {"DynamoDB"}, {"Elasticsearch"}, {"Event-driven architecture", "event driven"},
	{"Go", "golang"}, {"Google Cloud", "gcp"}, {"GraphQL"}, {"gRPC"}, {"Hiring"}, {"HTML"},
	{"Incident response", "on-call", "on call"}, {"iOS"}, {"Java"}, {"JavaScript"}, {"Kafka"}, {"Kotlin"}, {"Kubernetes", "k8s"},
	{"Leadership"}, {"Linux"}, {"Machine learning"}, {"Mentoring", "mentored", "mentor"}, {"Microservices", "microservice"},
	{"MongoDB"}, {"Monitoring"}, {"MySQL"}, {"Node.js", "node"}, {"Observability"}, {"OpenTelemetry"},
	{"Pair programming", "pairing"}, {"Performance tuning", "profiling"}, {"PHP"}, {"PostgreSQL", "postgres"},
	{"Product management"}, {"Project management"}, {"Prometheus"}, {"Python"}, {"RabbitMQ"}, {"React"}, {"Redis"},
	{"REST", "restful"}, {"Ruby"}, {"Ruby on Rails", "rails"}, {"Rust"}, {"Scala"}, {"Scrum"}, {"Security"}, {"Serverless"},
	{"Spark"}, {"SQL"}, {"Swift"}, {"System design"}, {"Teamwork"}, {"Terraform"},
	{"Testing", "unit tests", "tdd", "test-driven"}, {"TypeScript"}, {"UX design", "user experience"}, {"Vue", "vue.js"},
}

// caseMatters are names that are everyday words in small letters, too: they
// count as written here, and not as the first word of a sentence.
var caseMatters = map[string]bool{"Go": true, "REST": true, "React": true, "Rust": true, "Spark": true, "Swift": true}

// spelling is one way to write a skill, as words.
type spelling struct {
	skill string
	words []string
	exact bool
}

func spellings() []spelling {
	var all []spelling
	for _, names := range vocabulary {
		for i, name := range names {
			exact := i == 0 && caseMatters[name]
			if !exact {
				name = strings.ToLower(name)
			}
			all = append(all, spelling{skill: names[0], words: splitWords(name), exact: exact})
		}
	}
	return all
}

// skills gives the skills that are mentioned, those with the most mentions first.
func skills(sentences []sentence) []string {
	known := spellings()
	mentions := map[string]int{}
	for _, s := range sentences {
		lower := splitWords(strings.ToLower(s.text))
		for _, k := range known {
			mentions[k.skill] += k.count(s.words, lower)
		}
	}
	var found []string
	for skill, n := range mentions {
		if n > 0 {
			found = append(found, skill)
		}
	}
	return mostFrequent(found, mentions, maxListed)
}

// count gives how often the spelling occurs in a sentence, given as its words
// and as the same in small letters.
func (k spelling) count(words, lower []string) int {
	n, first := 0, 0
	if k.exact {
		lower, first = words, 1
	}
	for i := first; i+len(k.words) <= len(lower); i++ {
		if equal(lower[i:i+len(k.words)], k.words) {
			n++
		}
	}
	return n
}

func equal(a, b []string) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
