-- Lists by method or currency walked past all orders of a merchant that were of another one, and an operator's lists by state past all
-- orders of everybody. With the method before the state, each list is a few ranges of this one index, in the order of their ids:
-- by state, one for each method; by method, one for each state.

CREATE INDEX orders_of_merchant_by_kind ON orders (merchant_id, method, state, id);
DROP INDEX orders_of_merchant_by_state;
