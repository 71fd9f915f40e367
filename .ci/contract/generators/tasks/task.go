// The task with the client of openapi-generator, `-g go`.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	client "github.com/GIT_USER_ID/GIT_REPO_ID"
)

func check(right bool, what any) {
	if !right {
		panic(fmt.Sprintf("%+v", what))
	}
}

func main() {
	url, key, date, unknown := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	configuration := client.NewConfiguration()
	configuration.Servers = client.ServerConfigurations{{URL: url}}
	api := client.NewAPIClient(configuration)
	public := context.Background()
	scripts := context.WithValue(public, client.ContextAccessToken, key)

	seen := map[int32]bool{}
	request := api.IssuesAPI.ListIssues(public).Limit(5)
	for {
		page, _, err := request.Execute()
		check(err == nil, err)
		for _, issue := range page.Data {
			check(!seen[issue.Number], issue.Number)
			seen[issue.Number] = true
		}
		cursor := page.Page.NextCursor.Get()
		if cursor == nil {
			check(len(seen) == int(page.Page.Total) && len(seen) > 5, seen)
			break
		}
		request = request.Cursor(*cursor)
	}

	latest, _, err := api.IssuesAPI.ReadIssue(public, "latest").Execute()
	check(err == nil, err)
	leads, boards := 0, 0
	for _, section := range latest.Sections {
		switch narrowed := section.GetActualInstance().(type) {
		case *client.StorySection:
			if narrowed.Kind == "lead" {
				check(narrowed.Headline != "", narrowed)
				leads++
			}
		case *client.EntriesSection:
			check(narrowed.Kind == "trending" || narrowed.Kind == "movers", narrowed)
			boards++
		}
	}
	check(leads == 1 && boards > 0, latest)
	text, _, err := api.IssuesAPI.ReadIssueAsMarkdown(public, "latest").Execute()
	check(err == nil && strings.Contains(text, "# "), err)

	_, _, err = api.IssuesAPI.ReadIssue(public, "99999").Execute()
	var refused *client.GenericOpenAPIError
	check(errors.As(err, &refused), err)
	problem, typed := refused.Model().(client.Problem)
	check(typed && problem.Code == "issue_not_found", refused.Model())

	story := client.NewStorySectionInput("Made by a generated client", "lead")
	draft := client.NewIssueCreate(date)
	draft.Sections = []client.SectionInput{{StorySectionInput: story}}
	made, _, err := api.WritingAPI.CreateIssue(scripts).
		IdempotencyKey("go-" + date).IssueCreate(*draft).Execute()
	check(err == nil, err)
	ref := fmt.Sprint(made.Number)
	patch := client.NewIssuePatch()
	patch.SetTitle("Changed by a generated client")
	sent, answer, err := api.WritingAPI.PatchIssue(scripts, ref).
		IfMatch("*").IssuePatch(*patch).Execute()
	check(err == nil && *sent.Title.Get() == "Changed by a generated client", err)
	_, err = api.WritingAPI.DeleteIssue(scripts, ref).IfMatch(answer.Header.Get("ETag")).Execute()
	check(err == nil, err)

	bytes, err := os.ReadFile(unknown)
	check(err == nil, err)
	var other client.Section
	// Needs -p useOneOfDiscriminatorLookup=true, which is not a default.
	check(json.Unmarshal(bytes, &other) != nil, other)
}
