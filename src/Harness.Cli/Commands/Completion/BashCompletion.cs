using System.CommandLine.Completions;

namespace Harness.Cli.Commands.Completion;

/// <summary>The completion of the program's commands for bash: a script that knows every command, option and choice by itself, so that a key press starts no program.</summary>
internal static class BashCompletion
{
    /// <summary>Writes the script.</summary>
    /// <param name="root">The program's commands.</param>
    public static string Script(Command root)
    {
        List<(string Path, Command Command)> all = [.. All("", root)];
        var script = new StringBuilder();
        script.AppendLine("# Completion of harness for bash: source it, or put it into /usr/share/bash-completion/completions/harness.");
        script.AppendLine("_harness() {");
        script.AppendLine("    local cur=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} path= words= files= i");
        script.AppendLine("    for ((i = 1; i < COMP_CWORD; i++)); do");
        script.AppendLine("        case \"$path ${COMP_WORDS[i]}\" in");
        script.AppendLine($"            {string.Join('|', all.Skip(1).Select(c => Quote(c.Path)))}) path=\"$path ${{COMP_WORDS[i]}}\" ;;");
        script.AppendLine("        esac");
        script.AppendLine("    done");

        // The value of the option before it comes first.
        script.AppendLine("    case \"$path $previous\" in");
        foreach (var (path, command) in all)
        {
            foreach (var options in command.Options.Where(TakesValue).GroupBy(option => (Words: string.Join(' ', Choices(option)), IsText: IsText(option.ValueType))))
            {
                var names = string.Join('|', options.SelectMany(option => option.Aliases.Prepend(option.Name)).Select(name => Quote($"{path} {name}")));
                var values = options.Key.Words.Length > 0 ? $"words={Quote(options.Key.Words)}" : options.Key.IsText ? "files=1" : ":";
                script.AppendLine($"        {names}) {values} ;;");
            }
        }

        script.AppendLine("        *)");
        script.AppendLine("            case \"$path\" in");
        foreach (var (path, command) in all)
        {
            var words = command.Subcommands.Select(sub => sub.Name).Concat(command.Arguments.SelectMany(Choices)).Concat(command.Options.Concat(root.Options.Where(option => option.Recursive)).Where(option => !option.Hidden).Select(option => option.Name).Distinct());
            var takesFiles = command.Arguments.Any(argument => Choices(argument).Count == 0 && IsText(argument.ValueType));
            script.AppendLine($"                {Quote(path)}) words={Quote(string.Join(' ', words))}{(takesFiles ? " files=1" : "")} ;;");
        }

        script.AppendLine("            esac ;;");
        script.AppendLine("    esac");
        script.AppendLine("    COMPREPLY=()");
        script.AppendLine("    [ -z \"$words\" ] || mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$cur\")");
        script.AppendLine("    if [ -n \"$files\" ] && [ \"${cur#-}\" = \"$cur\" ]; then");
        script.AppendLine("        compopt -o filenames 2>/dev/null || true");
        script.AppendLine("        mapfile -t -O ${#COMPREPLY[*]} COMPREPLY < <(compgen -f -- \"$cur\")");
        script.AppendLine("    fi");
        script.AppendLine("}");
        script.AppendLine("complete -F _harness harness");
        return script.ToString().ReplaceLineEndings("\n");
    }

    private static IEnumerable<(string Path, Command Command)> All(string path, Command command) =>
        command.Subcommands.Where(sub => !sub.Hidden).SelectMany(sub => All($"{path} {sub.Name}", sub)).Prepend((path, command));

    private static bool TakesValue(Option option) => option.Arity.MaximumNumberOfValues > 0 && option.ValueType != typeof(bool);

    private static bool IsText(Type type) => type == typeof(string) || type == typeof(string[]);

    // The names of an enumeration are typed in lower case, as everything else is.
    private static IReadOnlyList<string> Choices(Symbol symbol)
    {
        var isEnumeration = symbol is Option { ValueType.IsEnum: true } or Argument { ValueType.IsEnum: true };
        return [.. symbol.GetCompletions(CompletionContext.Empty).Select(item => isEnumeration ? item.Label.ToLowerInvariant() : item.Label).Where(word => !word.Contains(' ', StringComparison.Ordinal))];
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
