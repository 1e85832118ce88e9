using YamlDotNet.Core;

namespace Harness.Bench.Rig;

/// <summary>
/// YAML's merge key (https://yaml.org/type/merge.html): <c>&lt;&lt;: *board</c> includes the keys of another mapping, and a list of mappings those of
/// each, the first before the second. A mapping's own key takes precedence. YamlDotNet's MergingParser refuses such a key as a duplicate.
/// </summary>
internal static class MergeKeys
{
    private const string Word = "<<";

    /// <summary>Replaces every merge key of a document by the keys it includes; the document is changed in place.</summary>
    /// <exception cref="RigFileException">A merge key includes something other than mappings, or itself.</exception>
    public static YamlNode Expand(YamlNode root, string path)
    {
        Expand(root, path, new Dictionary<YamlNode, bool>(ReferenceEqualityComparer.Instance));
        return root;
    }

    // false while a node is being expanded, true after it: an alias puts one node in several places.
    private static void Expand(YamlNode node, string path, Dictionary<YamlNode, bool> seen)
    {
        if (!seen.TryAdd(node, false))
        {
            return;
        }

        if (node is YamlMappingNode mapping)
        {
            var merges = mapping.Children.Where(child => IsMergeKey(child.Key)).ToList();
            foreach (var (key, value) in mapping.Children.Where(child => !IsMergeKey(child.Key)))
            {
                Expand(value, path, seen);
            }

            foreach (var (key, value) in merges)
            {
                mapping.Children.Remove(key);
                foreach (var from in value is YamlSequenceNode list ? list.Children : [value])
                {
                    TakeOver(mapping, from, path, seen);
                }
            }
        }
        else if (node is YamlSequenceNode sequence)
        {
            foreach (var item in sequence.Children)
            {
                Expand(item, path, seen);
            }
        }

        seen[node] = true;
    }

    private static void TakeOver(YamlMappingNode mapping, YamlNode from, string path, Dictionary<YamlNode, bool> seen)
    {
        if (from is not YamlMappingNode source)
        {
            throw RigSection.Error(path, from, "\"<<\" takes over the keys of a mapping (<<: *name), but this is none");
        }

        Expand(source, path, seen);
        if (!seen[source])
        {
            throw RigSection.Error(path, mapping, "\"<<\" takes over a mapping that this one is part of");
        }

        foreach (var (key, value) in source.Children)
        {
            mapping.Children.TryAdd(key, value);
        }
    }

    // In quotes it is an ordinary key.
    private static bool IsMergeKey(YamlNode key) => key is YamlScalarNode { Value: Word, Style: ScalarStyle.Plain or ScalarStyle.Any };
}
