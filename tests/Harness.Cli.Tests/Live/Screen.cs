namespace Harness.Cli.Tests.Live;

/// <summary>A terminal: lines that wrap, a cursor, and what was written to it.</summary>
internal sealed class Screen(int width) : TextWriter
{
    private readonly StringBuilder _written = new();
    private readonly List<StringBuilder> _rows = [new()];
    private readonly List<bool> _wrapped = [false];
    private readonly List<int> _colors = [0];
    private int _color;
    private int _row;
    private int _column;

    public int Width { get; private set; } = width;

    public int Writes { get; private set; }

    public string Written => _written.ToString();

    /// <summary>The colour of each row's first letter, as its number in a control sequence; 0 for none.</summary>
    public IReadOnlyList<int> Colors => _colors;

    public string[] Lines => [.. _rows.Select(row => row.ToString().TrimEnd())];

    public string Text => string.Join('\n', Lines);

    public override Encoding Encoding => Encoding.UTF8;

    // As most terminals do: what stood on one long line is wrapped anew, and the cursor goes with it.
    public void Resize(int columns)
    {
        var lines = new List<StringBuilder>();
        for (var i = 0; i < _rows.Count; i++)
        {
            if (_wrapped[i])
            {
                lines[^1].Append(_rows[i]);
            }
            else
            {
                lines.Add(new StringBuilder(_rows[i].ToString()));
            }
        }

        _rows.Clear();
        _wrapped.Clear();
        _colors.Clear();
        Width = columns;
        foreach (var line in lines)
        {
            for (var at = 0; at == 0 || at < line.Length; at += columns)
            {
                _rows.Add(new StringBuilder(line.ToString(at, Math.Min(columns, line.Length - at))));
                _wrapped.Add(at > 0);
                _colors.Add(0);
            }
        }

        (_row, _column) = (_rows.Count - 1, _rows[^1].Length);
    }

    public override void Write(char value) => Write(value.ToString());

    public override void Write(string? value)
    {
        Writes++;
        _written.Append(value);
        for (var i = 0; i < value!.Length; i++)
        {
            switch (value[i])
            {
                case '\n': NextRow(wraps: false); break;
                case '\r': _column = 0; break;
                case '\u001b': i = Control(value, i + 2); break;
                default: Put(value[i]); break;
            }
        }
    }

    private int Control(string text, int at)
    {
        var end = at;
        while (!char.IsLetter(text[end]))
        {
            end++;
        }

        if (text[end] == 'A')
        {
            _row = Math.Max(0, _row - int.Parse(text.AsSpan(at, end - at), CultureInfo.InvariantCulture));
        }
        else if (text[end] == 'K')
        {
            _rows[_row].Length = Math.Min(_rows[_row].Length, _column);
        }
        else if (text[end] == 'm')
        {
            _color = int.TryParse(text.AsSpan(at, end - at), NumberStyles.None, CultureInfo.InvariantCulture, out var color) ? color : _color;
        }
        else if (text[end] == 'J')
        {
            _rows[_row].Length = Math.Min(_rows[_row].Length, _column);
            _rows.RemoveRange(_row + 1, _rows.Count - _row - 1);
            _wrapped.RemoveRange(_row + 1, _wrapped.Count - _row - 1);
            _colors.RemoveRange(_row + 1, _colors.Count - _row - 1);
        }

        return end;
    }

    private void Put(char c)
    {
        if (_column == Width)
        {
            NextRow(wraps: true);
        }

        var row = _rows[_row];
        row.Length = Math.Max(row.Length, _column + 1);
        _colors[_row] = _column == 0 ? _color : _colors[_row];
        row[_column++] = c;
    }

    private void NextRow(bool wraps)
    {
        (_row, _column) = (_row + 1, 0);
        if (_row == _rows.Count)
        {
            _rows.Add(new StringBuilder());
            _wrapped.Add(wraps);
            _colors.Add(0);
        }
    }
}
