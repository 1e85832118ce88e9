namespace Harness.Cli.Commands;

/// <summary><c>--role</c>: another device of the rig plays a role than the rig file says.</summary>
internal static class RoleOption
{
    /// <summary>Creates the option for one command.</summary>
    public static Option<string[]> Create()
    {
        var option = new Option<string[]>("--role") { Description = "let a device of the rig play a role: board=avr1284 (may be given several times)", HelpName = "ROLE=DEVICE", Arity = ArgumentArity.OneOrMore };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(token => token.Value.IndexOf('=') is < 1 || token.Value.EndsWith('=')))
            {
                result.AddError($"--role takes ROLE=DEVICE (board=avr1284), saw '{token.Value}'");
            }
        });
        return option;
    }

    /// <summary>Gives roles to devices.</summary>
    /// <exception cref="FormatException">The rig has no such device.</exception>
    public static RigFile Apply(RigFile rig, IReadOnlyList<string> typed)
    {
        var chosen = new Dictionary<string, string>();
        foreach (var pair in typed.Select(word => word.Split('=', 2)))
        {
            chosen[pair[0]] = DeviceArgument.Find(rig, pair[1]).Name;
        }

        return rig.WithRoles(chosen);
    }
}
