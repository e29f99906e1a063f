package commands

import (
	"context"
	"fmt"
	"strings"

	"madoguchi/language"
	"madoguchi/locales"
	"madoguchi/updates"
)

// permissionManageRoles is Discord's right to hand out roles.
const permissionManageRoles uint64 = 1 << 28

// Members changes which roles members of a server have. Package bot implements it.
type Members interface {
	// Harmless reports whether a role gives no right to moderate or manage, so that the
	// bot may give it to whoever asks.
	Harmless(ctx context.Context, guildID, roleID string) (bool, error)
	// SetRole gives a member a role or takes it away. ErrRefused wraps what Discord
	// does not allow the bot.
	SetRole(ctx context.Context, guildID, userID, roleID string, has bool) error
}

// setRole sets the role that subscribers get, or shows the roles that are set.
func (r *Router) setRole(ctx context.Context, v *visit, sub updates.Subscription, role string) (Response, error) {
	if sub == "" {
		return r.showRoles(ctx, v, "")
	}
	if !r.Moderation.Subscribable(sub) {
		return Response{}, updates.ErrSubscription
	}
	if v.Permissions&(permissionManageRoles|permissionAdministrator) == 0 {
		return Response{}, errRoles // who can't hand out roles can't have the bot do it
	}
	if role != "" {
		if r.Members == nil {
			return Response{}, errVersion
		}
		ok, err := r.Members.Harmless(ctx, v.GuildID, role)
		if err != nil {
			return Response{}, fmt.Errorf("look at the rights of a role: %w", err)
		}
		if !ok {
			return Response{}, errHarmful
		}
	}
	if err := r.Moderation.SetRole(ctx, r.act(v), sub, role); err != nil {
		return Response{}, err
	}
	return r.showRoles(ctx, v, r.say(v.Code, "updates.done.role"))
}

func (r *Router) showRoles(ctx context.Context, v *visit, done string) (Response, error) {
	subs, err := r.Moderation.Subscriptions(ctx, v.GuildID)
	if err != nil {
		return Response{}, err
	}
	code := v.Code
	card := Card{Language: code, Blocks: []Block{Heading{1, r.say(code, "updates.roles.title")}}}
	if done != "" {
		card.Blocks = append(card.Blocks, Text{"**" + done + "**"})
	}
	var lines []string
	for _, s := range r.allSubscriptions() {
		if role := subs.Given[s]; role != "" {
			lines = append(lines, "- "+r.fill(code, "updates.roles.line", locales.Data{"What": r.press().subscription(s, code), "Role": roleName(role, "")}))
		}
	}
	if len(lines) == 0 {
		lines = append(lines, r.say(code, "updates.roles.none"))
	}
	card.Blocks = append(card.Blocks, Text{strings.Join(lines, "\n")}, Small{r.say(code, "updates.roles.about")})
	card = fit(card)
	return Response{Card: &card}, nil
}

// allSubscriptions is all one can subscribe to: areas, languages, prefectures.
func (r *Router) allSubscriptions() []updates.Subscription {
	var list []updates.Subscription
	for _, a := range updates.Areas() {
		list = append(list, updates.Subscribe("area", a))
	}
	for _, c := range language.Codes() {
		list = append(list, updates.Subscribe("language", string(c)))
	}
	for _, p := range r.Engine.Base().Prefectures {
		list = append(list, updates.Subscribe("prefecture", p.Code))
	}
	return list
}

func (r *Router) completeSubscription(v *visit, typed string) []Choice {
	q := foldName(typed)
	var list []Choice
	for _, s := range r.allSubscriptions() {
		name := r.press().subscription(s, v.Code)
		kind, id := s.Parts()
		if kind == "prefecture" && q != "" && r.places.exact(typed) == id || q == "" || strings.Contains(foldName(name), q) {
			if len(list) < maxChoices {
				list = append(list, Choice{Name: clip(name, maxOption), Value: string(s)})
			}
		}
	}
	return list
}
